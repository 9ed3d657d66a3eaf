"""Every recording of a folder, each heard once, in processes here or on a Dask cluster: one row a file.

`finding` lists the files, `work` hears one, `processes` and `cluster` share the work out, `journal` keeps what is done,
`tables` writes the result, and `run` is the flow.
"""
