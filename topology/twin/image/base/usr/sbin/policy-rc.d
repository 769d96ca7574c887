#!/bin/sh
# a package starts nothing by itself: the playbook does
exit 101
