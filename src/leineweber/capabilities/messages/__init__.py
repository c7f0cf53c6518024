"""Messages: the postbox, e-mails that announce and never tell, letters for those who want paper.

What a person may read stands in the postbox; an e-mail carries a salutation, a reference and a link. An
e-mail whose fate is unknown is never sent again by itself.
"""
