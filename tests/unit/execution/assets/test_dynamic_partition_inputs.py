"""Dynamic partitions of an input are found in the instance of the run."""

import weftwork as dg

FRUITS = dg.DynamicPartitionsDefinition(name="fruits")


def test_an_input_of_named_dynamic_partitions():
    seen = []

    @dg.asset(partitions_def=FRUITS)
    def up(): ...

    mapping = dg.SpecificPartitionsPartitionMapping(["apple"])

    @dg.multi_asset(
        specs=[dg.AssetSpec("down", deps=[dg.AssetDep(up, partition_mapping=mapping)])], partitions_def=FRUITS
    )
    def downs(context):
        seen.append(context.asset_partition_key_for_input("up"))

    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("fruits", ["apple", "pear"])
        dg.materialize([up, downs], instance=instance, partition_key="pear", selection=["down"])
    assert seen == ["apple"]
