"""Self-service sites of all units and the portal that gathers them (A3): Wagtail with our theme, modules and rules.

It runs on its own host from the wheels of its lock, so it imports neither countynet nor any room. One database holds
every site: a site is a branch below the portal, because a county's departments are to publish on the county's portal
and keep no host name of their own (国办发〔2017〕47号). What it refuses: to put anything online that a second person of
the same unit has not approved (`review`), and to serve a file that no published page shows (`files`).
"""
