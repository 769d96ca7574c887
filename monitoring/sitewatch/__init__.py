"""What the watch of the self-service sites found, as alarms and faults of the units whose sites they are (A3, O1).

The watch runs beside the sites (`applications/sites/watch`) and tells what stands; it is asked here once a minute, from
where monitoring stands. That it does not answer, or has stopped looking, is told as well.
"""
