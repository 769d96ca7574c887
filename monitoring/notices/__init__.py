"""Telling people of alarms: who is told what, by mail, webhook or SMS, when, and how often it is tried."""
