"""The gate's few sentences, Chinese and English."""

LANGUAGES = ("zh", "en")
TEXTS = {
    "away": (
        "统一登录暂时不可用，请稍后再试；如果一直这样，请告诉信息中心。",
        "The sign-on does not work now. Try again later; if it stays so, tell the information centre.",
    ),
    "again": ("再试一次", "Try again"),
    "refused": (
        "您已登录，但没有使用本应用的权限。需要使用时，请联系本应用的管理员。",
        "You are signed in, but this application is not open to you. Ask those who look after it.",
    ),
    "not-signed-on": ("统一登录没有成功，请再登录一次。", "The sign-on did not succeed; sign in again."),
    "over": (
        "登录已过期，刚才提交的内容没有保存。请重新登录后再提交一次。",
        "Your sign-in is over and what you sent was not saved. Sign in again and send it once more.",
    ),
    "sign-in": ("登录", "Sign in"),
    "out": ("退出登录", "Sign out"),
    "out-words": (
        "退出本应用；所有应用的登录随后在统一登录页面退出。",
        "You leave this application; the sign-on's page then ends your sign-in everywhere.",
    ),
    "who": ("当前登录：", "Signed in: "),
    "is-out": ("您没有登录本应用。", "You are not signed in to this application."),
    "nothing": ("没有这个页面。", "There is no such page."),
}


def say(language: str, name: str) -> str:
    """Return a sentence in a language."""
    return TEXTS[name][LANGUAGES.index(language)]
