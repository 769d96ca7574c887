"""From a failed check to the plan that mends it: what fits a finding (`choose`, pure), having it planned (`service`).

A finding is mended by what the inventory says, by lines that it does not say, by a change of the inventory, or by
people; the page and `countynet audit fix` say which for each device. Plans are made through `countynet.planners`.
"""
