"""The instance as those who run it see it: processes, storage, configuration, pools."""
