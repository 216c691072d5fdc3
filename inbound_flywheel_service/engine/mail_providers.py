# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mail services that anybody may use: their domains say nothing of a company."""

FREE_DOMAINS = frozenset(
    """
    126.com 139.com 163.com 188.com 189.cn 21cn.com aim.com aliyun.com aol.com
    att.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com comcast.net
    cox.net daum.net foxmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com
    gmx.de gmx.net googlemail.com hanmail.net hinet.net hotmail.co.uk hotmail.com
    hotmail.com.tw hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com
    inbox.ru laposte.net libero.it list.ru live.cn live.co.uk live.com live.com.tw
    live.de live.fr live.nl mac.com mail.com mail.ru me.com msn.com naver.com nate.com
    orange.fr outlook.com outlook.com.tw outlook.de outlook.es outlook.fr
    pchome.com.tw pm.me proton.me protonmail.com qq.com rediffmail.com rocketmail.com
    rogers.com sapo.pt seed.net.tw seznam.cz sfr.fr sina.cn sina.com sina.com.cn
    skynet.be sohu.com t-online.de telenet.be tom.com tutanota.com uol.com.br
    url.com.tw verizon.net vip.163.com vip.qq.com vip.sina.com wanadoo.fr web.de
    wp.pl ya.ru yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.au
    yahoo.com.br yahoo.com.cn yahoo.com.hk yahoo.com.sg yahoo.com.tw yahoo.de
    yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com yandex.ru yeah.net ymail.com
    zoho.com
    """.split()
)


def company_domain(address):
    """The domain of a mail address, "" when it is of a service for everybody.

    :param str address: normalized
    """
    domain = (address or "").rpartition("@")[2].lower()
    return "" if domain in FREE_DOMAINS or "." not in domain else domain
