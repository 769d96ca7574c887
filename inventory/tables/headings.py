"""The Chinese of every column of the exported tables. Pure data; a test sees that none is missing."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "name": "名称", "name_en": "英文名称", "name_zh": "中文名称", "domain": "域名", "unit_lans": "单位局域网",
    "management": "管理地址", "staging": "预配地址", "tunnels": "隧道网段", "hub": "VPN中心",
    "hub_gateway": "VPN中心网关", "transits": "互联网段", "switch_management": "交换机管理",
    "operator": "运营商值班", "telephone": "电话", "title": "职务", "pools": "地址池", "lans": "局域网",
    "prefix": "网段", "length": "前缀长度", "every": "间隔", "fiber_links": "光纤互联", "adsl_links": "ADSL互联",
    "vlans": "VLAN范围", "ipv6": "IPv6网段", "quarantine_days": "隔离天数", "id": "编号", "latitude": "纬度",
    "longitude": "经度", "access": "接入方式", "site": "片区", "address": "地址", "number": "序号", "kind": "类别",
    "parent": "上级", "building": "办公楼", "leader": "分管领导", "officer": "信息员", "lan": "局域网",
    "lan6": "局域网IPv6", "terminals": "终端", "may_browse": "可否上网", "connected_on": "接入日期",
    "milestones": "进度", "role": "角色", "platform": "平台", "make": "厂商", "model": "型号", "serial": "序列号",
    "unit": "单位", "management6": "管理地址IPv6", "ports": "端口", "uplink": "上联端口",
    "rack": "机柜", "position": "机位",
    "type": "设备型号", "life": "生命周期", "state": "状态", "bought_on": "购置日期", "warranty_until": "保修至",
    "support_until": "厂商支持至", "a": "A端", "b": "B端", "node": "节点", "port": "端口", "length_m": "长度（米）",
    "contract": "合同编号", "rent": "月租（元）", "down_kbps": "下行（kbps）", "up_kbps": "上行（kbps）",
    "availability": "可用率（%）", "repair_hours": "修复时限（小时）", "vlan": "VLAN号", "link": "互联网段",
    "link6": "互联网段IPv6", "begins": "开始日期", "ends": "结束日期", "segment": "接入网段", "gateway": "网关",
    "zone": "区域", "names": "域名", "published": "发布地址", "services": "服务", "runs": "运行服务",
    "protocol": "协议", "source": "来源", "target": "目标", "reason": "理由", "reason_en": "理由（英文）",
    "exception": "例外", "expires_on": "到期日期", "asked_by": "申请人", "room": "房间", "height": "高度（U）",
    "slug": "标识", "part_number": "部件号", "interfaces": "接口", "licence_until": "授权至", "supplier": "供应商",
    "subject": "内容", "subject_en": "内容（英文）", "signed_on": "签订日期", "file": "存放处",
    "issued_on": "颁发日期", "keeper": "保管人", "holder": "持有人", "medium": "介质", "organisation": "所属组织",
    "duty": "职责", "duty_en": "职责（英文）", "owner": "所属单位", "hosts": "主机", "level": "等级保护级别",
    "every_hours": "间隔（小时）", "keep_days": "保留天数", "restored_on": "恢复验证日期", "units": "单位",
    "batch": "批次", "on": "日期", "place": "地点", "topic": "主题", "topic_en": "主题（英文）",
    "attendance": "出席", "confinement": "隔离去处", "notice": "告知页主机", "service": "所用服务", "how": "方式",
    "since": "起始日期", "by": "经办人", "finding": "发现编号", "emergency": "应急事件",
    "grades": "定级结果", "filing": "备案编号", "filed_on": "备案日期", "assessed_on": "测评日期",
    "deployment": "部署", "dns": "域名", "reach": "允许访问方", "backup_at": "备份时刻", "settings": "设置",
    "assess_by": "下次测评不晚于", "device": "设备", "mac": "硬件地址", "devices": "设备", "data": "数据",
    "responsible": "责任人", "people": "准入人员", "roles": "角色", "logins": "登录名", "strong": "仅限证书登录",
    "hardening": "加固", "log_drops": "记录丢弃的数据包", "ntp_keys": "对时密钥", "ospf_keys": "OSPF邻居密钥",
    "dhcp": "地址分配", "lease_hours": "租期（小时）", "served": "是否分配", "pool": "地址范围",
    "image": "容器镜像", "value": "值", "was": "原使用者", "until": "截止日期",
}  # fmt: skip


def heading(path: str) -> str:
    """Return a column's path in Chinese: `officer.telephone` is 信息员·电话."""
    return "·".join(WORDS.get(word, word) for word in path.split("."))
