"""Emergency plans (应急预案): what is done, by whom and how soon, when something big goes wrong (requirement O6).

`model` what a plan and its steps are; `plans.yml` the six that are shipped; `read` those of a county; `rules` which
step may go where; `store` the tables; `book` what people and the watch do; `isolate` the action that takes a unit off
the net; `watch` starts a plan when an alarm asks for it; `drill` the same on a twin.
"""
