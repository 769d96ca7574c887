"""The words that every part of the model is made of: names, telephone numbers, people. Pure."""

from typing import Annotated

from pydantic import Field, model_validator

from countynet.frozen import Frozen

NAME_PATTERN = r"^[a-z][a-z0-9-]{0,30}$"
PORT_PATTERN = r"^[A-Za-z][A-Za-z0-9./-]{0,39}$"
"""as the platform prints it: lan0, GigabitEthernet0/0/1"""
TELEPHONE_PATTERN = r"^(0\d{2,3}-\d{7,8}|1\d{10})$"
SLUG_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,99}$"
SERIAL_PATTERN = r"^[0-9A-Fa-f]{4,40}$"
GRADES_PATTERN = r"^(S[1-4]A[1-4]G[1-4])?$"
FILING_PATTERN = r"^(\d{11}-\d{5})?$"
DNS_PATTERN = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"
HOUR_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
IMAGE_PATTERN = r"^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$"
MAC_PATTERN = r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$"

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
PortName = Annotated[str, Field(pattern=PORT_PATTERN)]
Vlan = Annotated[int, Field(ge=1, le=4094)]
Telephone = Annotated[str, Field(pattern=TELEPHONE_PATTERN)]
Mac = Annotated[str, Field(pattern=MAC_PATTERN)]
"""48 bits as six pairs of small hexadecimal digits, e.g. 00:1e:c9:5a:00:19"""
Text = Annotated[str, Field(min_length=1)]
Yuan = Annotated[int, Field(ge=0)]
"""whole yuan"""


class Person(Frozen):
    """A person with a telephone, e.g. a unit's leader (分管领导) or information officer (信息员)."""

    name: Annotated[str, Field(min_length=2)]
    telephone: Telephone
    title: str = ""


class Endpoint(Frozen):
    """One end of a cable: a port of a device or host, or `eth0` of a terminal. Written `node:port` for short."""

    node: Name
    port: PortName

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if isinstance(value, str) and ":" in value:
            node, port = value.split(":", 1)
            return {"node": node, "port": port}
        return value
