# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from odoo.addons.inbound_flywheel_service.engine.tokenizer import fold
from odoo.addons.inbound_flywheel_service.engine.watchwords import (
    compile_list,
    first_match,
)

from .common import ServiceCommon

SECURITY = """
We found a vulnerability in your mobile app, please see the attached report.
Is your router affected by CVE-2026-1234?
Is your firmware affected by cve-2025-31337 or not
Your website has an SQL injection in the search field.
I can see other customers' orders when I change the number in the address.
Your API returns data without authentication.
There was a data breach: I get spam on an address that only you know.
My personal data has been leaked, and your company is the source.
Our passwords were leaked on a forum yesterday.
My account was hacked and somebody ordered three phones.
My account has been taken over, I cannot log in and the e-mail was changed.
Somebody took over my account last night.
There is an account takeover possible by the password reset link.
Someone logged in to my account from another country.
We are security researchers and would like to report a flaw. Do you have a bug bounty?
Please tell us where to send a responsible disclosure.
Your plugin contains a backdoor.
After the update our antivirus reports malware in your installer.
The device was hit by ransomware through your update service.
There is a phishing site that copies your login page.
Cross-site scripting in the comment field lets me steal cookies.
The login can be bypassed: authentication bypass with an empty token.
Passwords are stored as plaintext passwords in your export file.
Unauthorized access to our tenant was detected this morning.
Security incident: our server was breached via your connector.
The zero-day in your VPN client is being used right now.
The invoice portal shows me another customer's data.
Your database is exposed: an exposed database with customer names.
Is Log4Shell fixed in version 7?
We did a penetration test and found a critical security hole.
Privilege escalation in the admin console of your appliance
你们的系统有漏洞，可以看到别人的订单
貴公司的產品有資安問題，請盡快處理
貴公司的產品有资安漏洞嗎？
我的个人信息泄露了，是你们公司泄露的
我的個資外洩了，接到詐騙電話說出我的訂單內容
客戶資料外流，請問你們知道嗎？
数据泄露：网上有人在卖你们的用户数据
我的帳號被盜，有人用我的帳戶下單
我的账号被盗了，密码也被人修改
網站被駭客入侵，首頁被改掉
服务器被黑客攻击，怀疑是你们的插件
這個軟體有後門嗎？防毒軟體說是木馬
請問 CVE-2026-0001 會影響你們的設備嗎
收到假冒貴公司的釣魚郵件
未经授权就可以下载其他用户的发票
我們做弱點掃描時發現貴公司的設備有高風險項目
系統遭到勒索軟體加密
登录页面存在SQL注入
有人在国外异地登录我的账户
""".strip().splitlines()

HARMLESS = """
My card was stolen yesterday, please block it.
I lost my phone, how do I get a new card?
How do I change my password?
The bottle leaks at the lid.
How secure is the packaging?
I forgot my PIN and my account is locked.
What does the security deposit cost?
Please delete my account and my personal data.
The tap leaked on the second day, I want my money back.
My payment was declined twice.
Where is my order? It should have arrived on Monday.
Do you sell security cameras?
The injection moulding machine stops after ten minutes.
我的卡被偷了，請幫我掛失
信用卡不見了，怎麼辦
怎么更改花呗手机号码
忘記密碼，無法登入
杯子漏水，要退貨
请问保安公司怎么收费
包裹还没有到
""".strip().splitlines()


@tagged("post_install", "-at_install")
class TestEscalateSentences(ServiceCommon):
    """The word list that is shipped: everything of the one kind, little else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rule = cls.env.ref("inbound_flywheel_service.escalation_rule_security")
        cls.words = compile_list(rule.words)

    def test_every_security_matter_is_found(self):
        self.assertGreaterEqual(len(SECURITY), 40)
        missed = [s for s in SECURITY if not first_match(self.words, fold(s))]
        self.assertFalse(missed)

    def test_other_matters_are_not(self):
        found = {s: first_match(self.words, fold(s)) for s in HARMLESS}
        self.assertFalse({s: w for s, w in found.items() if w})
