"""Routes of the instance as those who run it see it: processes, storage, configuration, pools."""

from __future__ import annotations

from weftwork.api.access.caller import Permission
from weftwork.api.actions.assets import Done
from weftwork.api.actions.pools import FreeSlotsBody, PoolLimitBody, free_slots, set_pool_limit
from weftwork.api.instance_info import InstanceView, PoolList, get_instance_info, list_pools
from weftwork.api.system.configuration import ConfigurationView, get_configuration
from weftwork.api.system.processes import ProcessList, list_processes
from weftwork.api.system.storage import StorageView, get_storage
from weftwork.web.route import get, post

ROUTES = (
    get("/instance", "The instance: where everything is, how it is set up, pools.", InstanceView,
        lambda call: get_instance_info(call.host)),
    get("/processes", "The processes that belong to the instance.", ProcessList,
        lambda call: list_processes(call.host)),
    get("/storage", "What is recorded and stored, and how much room it takes.", StorageView,
        lambda call: get_storage(call.host)),
    get("/configuration", "Each value of the configuration, and where it comes from.", ConfigurationView,
        lambda call: get_configuration(call.host)),
    get("/pools", "All pools: how many steps of each run at once, which do, which wait.", PoolList,
        lambda call: PoolList(pools=list_pools(call.host))),
    post("/pools/limit", "Set how many steps of a pool run at once.", PoolList,
         lambda call: set_pool_limit(call.host, call.caller, call.body), body=PoolLimitBody,
         permission=Permission.EDIT),
    post("/pools/free", "Take slots back from a run whose process is gone for good.", Done,
         lambda call: free_slots(call.host, call.caller, call.body), body=FreeSlotsBody,
         permission=Permission.EDIT),
)  # fmt: skip
