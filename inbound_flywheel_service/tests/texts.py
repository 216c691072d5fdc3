# Copyright 2026 Inbound Flywheel
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Questions of two kinds, in English and in both Chinese scripts, in turns."""

CARDS = [
    "my card was stolen in the train",
    "somebody stole my card",
    "I lost my card, please block it",
    "card stolen, block the card",
    "block my stolen card now",
    "我的卡被偷了",
    "信用卡被偷 請停卡",
    "卡片遺失 要掛失",
    "银行卡丢了 要挂失",
    "信用卡被盗 停卡",
]
RATES = [
    "which exchange rate do you use",
    "the exchange rate was bad",
    "what is the rate for euro",
    "rate of exchange for dollars",
    "exchange rate on my payment",
    "匯率怎麼算",
    "美元匯率太高",
    "今天的汇率是多少",
    "欧元汇率怎么算",
    "汇率不对",
]
TEXTS = [text for pair in zip(CARDS, RATES, strict=True) for text in pair]
LABELS = ["card", "rate"] * len(CARDS)
