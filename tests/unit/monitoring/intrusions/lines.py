"""Log lines of intrusions as they are published, each with where; addresses as published.

EVE: docs.suricata.io "Eve JSON Format" (alert) and a published `@cee` line of Suricata by syslog (gist hillar/d721f0e9,
read from `/var/log/syslog`). Huawei: a USG6585E's and a HUAWEI firewall's own lines from public repositories (a syslog
feed for QRadar, 2022; addresses of documentation there). H3C: a SecPath's own lines from public repositories (2019,
2023). ClamAV: `clamav-milter/clamfi.c` (its format string), clamd's `FOUND`. LEEF and CEF: docs.tenzir.com "leef",
"ArcSight Common Event Format". For AV lines of Huawei and H3C no line was found in public: they are written by the
vendors' field names.
"""

EVE = (
    '{"timestamp":"2017-04-07T22:24:37.251547+0100","flow_id":586497171462735,"pcap_cnt":53381,"event_type":"alert",'
    '"src_ip":"192.168.2.14","src_port":50096,"dest_ip":"209.53.113.5","dest_port":80,"proto":"TCP","metadata":'
    '{"flowbits":["http.dottedquadhost"]},"tx_id":4,"alert":{"action":"allowed","gid":1,"signature_id":2018358,"rev":10,'
    '"signature":"ET HUNTING GENERIC SUSPICIOUS POST to Dotted Quad with Fake Browser 1","category":'
    '"Potentially Bad Traffic","severity":2},"app_proto":"http"}'
)
EVE_CEE = (
    'suricata[5123]: @cee: {"timestamp":"2017-02-02T13:41:23.948080+0000","flow_id":583985478663394,"in_iface":"eth2",'
    '"event_type":"alert","vlan":3603,"src_ip":"2a07:1181:0130:3603:0000:0000:0000:0004","src_port":42188,'
    '"dest_ip":"2a07:1181:0130:3607:0000:0000:0000:0002","dest_port":22,"proto":"TCP","alert":{"action":"allowed",'
    '"gid":1,"signature_id":2001219,"rev":20,"signature":"ET SCAN Potential SSH Scan","category":'
    '"Attempted Information Leak","severity":2}}'
)
EVE_ANOMALY = (
    '{"timestamp":"2021-07-23T19:04:13.108962+0200","flow_id":1155346044137668,"in_iface":"re1^","event_type":"anomaly",'
    '"src_ip":"123.123.123.123","src_port":28967,"dest_ip":"231.231.231.231","dest_port":41398,"proto":"TCP",'
    '"app_proto":"tls","anomaly":{"type":"applayer","event":"APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION",'
    '"layer":"proto_detect"}}'
)
EVE_FILE = (
    '{"timestamp":"2024-01-01T00:00:00.000000+0000","event_type":"fileinfo","src_ip":"203.0.113.9","src_port":80,'
    '"dest_ip":"192.0.2.7","dest_port":51000,"proto":"TCP","fileinfo":{"filename":"/eicar.com","sid":[4100001],"magic":'
    '"EICAR virus test files","gaps":false,"state":"CLOSED","stored":true,"size":68,"tx_id":0}}'
)
EVE_FLOW = '{"timestamp":"2017-04-07T22:24:37.251547+0100","event_type":"flow","src_ip":"192.168.2.14","proto":"TCP"}'
HUAWEI = (
    "<188>Jun 1 2022 02:24:16 HUAWEI %%01IPS/4/DETECT(l):CID=0x814f041e;An intrusion was detected. (SyslogId=1, "
    'Vsys="public", Policy="test", SrcIp=6.0.0.2, DstIp=7.0.0.2, SrcPort=5678, DstPort=1025, SrcZone=trust, '
    'DstZone=untrust, User="unknown", Protocol=TCP, Application="HTTP", Profile="hwips", SignName="Sun SDK and JRE '
    'Applet Sandbox Security Bypass", SignId=19740, EventNum=1, Target=client, Severity=high, Os=all, Category=Other, '
    "Reference=CVE-2004-1029, Action=Alert)"
)
HUAWEI_LOW = (
    "Oct 15 2024 02:56:26+08:00 USG6585E_01 %%01IPS/4/DETECT(l)[142]:An intrusion was detected. (SyslogId=514265, "
    'VSys="public", Policy="VPN_To_Local", SrcIp=198.51.100.5, DstIp=198.51.100.1, SrcPort=36137, DstPort=53, '
    'SrcZone=untrust2, DstZone=local, User="unknown", Protocol=UDP, Application="DNS", Profile="default", '
    'SignName="ISC BIND VERSION Request", SignId=249760, EventNum=3, Target=server, Severity=low, Os=all, '
    "Category=Info-Disclosure, Reference=NA, Action=Block)"
)
HUAWEI_AV = (
    "<188>Jun 1 2022 02:24:16 HUAWEI %%01AV/4/VIRUS(l):CID=0x814f041f;A virus was detected. (SyslogId=2, "
    'VSys="public", Policy="mail, in and out", SrcIp=6.0.0.2, DstIp=7.0.0.2, SrcPort=80, DstPort=1025, Protocol=TCP, '
    'Profile="default", EventNum=1, SignatureId=16424404, VirusName="EICAR-Test-File", DetectionType=Detect, '
    'Direction=download, FileName="eicar.com", FileType=COM, Action=Block)'
)
H3C = (
    "<188>Dec  1 19:35:56 2019 H3C %%10IPS/4/IPS_IPV4_INTERZONE: Protocol(1001)=TCP; Application(1002)=ShouJiBaiDu; "
    "SrcIPAddr(1003)=192.168.221.39; SrcPort(1004)=33580; DstIPAddr(1007)=192.168.187.12; DstPort(1008)=8020; "
    "RcvVPNInstance(1042)=5vuk68gddb8v5bfskaskcaspbu; SrcZoneName(1025)=W7ZIVZIYVZSX5P7VBSEDLK2HZI; "
    "DstZoneName(1035)=EXTERNAL; PolicyName(1079)=ips_wznetdttdxod5rofa2i3m6kk7u; "
    "AttackName(1088)=INFOMATION_GATHER__Robot_Spider_Crawler(Baidu); AttackID(1089)=23302; "
    "Category(1090)=InformationDisclosure; Protection(1091)=WebServer; SubProtection(1092)=Any; Severity(1087)=LOW; "
    "Action(1053)=Permit & Logging; CVE(1075)=--; BID(1076)=--; MSB(1077)=--; HitDirection(1115)=original; "
    "RealSrcIP(1100)=220.181.108.78; SubCategory(1124)=Spider; "
)
H3C_SERIAL = (
    "<188> Mar 03 04:08:18 2023 H3C %%10 SN:219801A2N89211Q0008N IPS/4/IPS_IPV4_INTERZONE: Protocol(1001)=TCP; "
    "Application(1002)=http; SrcIPAddr(1003)=192.168.1.171; SrcPort(1004)=55948; DstIPAddr(1007)=218.22.191.26; "
    "DstPort(1008)=80; RcvVPNInstance(1042)=; SrcZoneName(1025)=Trust; DstZoneName(1035)=Untrust; "
    "UserName(1113)=192.168.1.171; PolicyName(1079)=ips; "
    "AttackName(1088)=CVE-2017-5638 Apache Struts2 S2-046 远程命令; "
    "AttackID(1089)=32374; Category(1090)=漏洞; Protection(1091)=WebServer; SubProtection(1092)=Apache; "
    "Severity(1087)=CRITICAL; Action(1053)=Reset & Logging; CVE(1075)=CVE-2017-5638; BID(1076)=BID-96729; "
    "MSB(1077)=--; "
    "HitDirection(1115)=original; RealSrcIP(1100)=; SubCategory(1124)=命令注入; LoginUserName(1177)=;"
)
H3C_AV = (
    "<188>Dec  1 19:35:56 2019 H3C %%10ANTI-VIR/4/ANTIVIRUS_IPV4_INTERZONE: Protocol(1001)=TCP; "
    "Application(1002)=http; SrcIPAddr(1003)=192.168.221.39; SrcPort(1004)=33580; DstIPAddr(1007)=192.168.187.12; "
    "DstPort(1008)=80; PolicyName(1079)=av; VirusName(1085)=Worm.EICAR; VirusID(1086)=86; Severity(1087)=MEDIUM; "
    "Action(1053)=Drop & Logging;"
)
MILTER = (
    "clamav-milter[811]: Message 1A2B3C from <a@example.org> to <b@example.net> with subject 'x' message-id '<1@x>' "
    "date 'now' infected by Win.Test.EICAR_HDB-1"
)
CLAMD = "clamd[9343]: /srv/share/eicar.com: Win.Test.EICAR_HDB-1(44d88612fea8a8f36de82e1278abb02f:68) FOUND"
CLAMD_STREAM = "clamd[9343]: instream(192.0.2.7@51001): Win.Test.EICAR_HDB-1 FOUND"
CEF = (
    "CEF:0|Security|threatmanager|1.0|100|detected a \\| in message|10|src=10.0.0.1 act=blocked a \\= dst=1.1.1.1 "
    "dpt=443 fname=a b.exe"
)
LEEF = "LEEF:1.0|Microsoft|MSExchange|4.0 SP1|15345|src=192.0.2.0\tdst=172.50.123.1\tsev=5\tcat=anomaly\tsrcPort=81"
LEEF_2 = "LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=10.0.1.8^dst=10.0.0.5^sev=8^srcPort=81^dstPort=21"
