"""Values that a vendor's papers write: days, countries, names of companies. Text in, values out; never a guess.

What a reader cannot tell stays unknown, with the reason. The words of four languages stand in ``checklists/documents``.
"""
