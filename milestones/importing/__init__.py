"""Reading the tables of a Description of Action, and taking them into a network's plan.

Files become tables (``csv_reader``, ``xlsx_reader``), tables are recognised by their
headings (``headings``), rows become plain records (``readers``), records are compared with
the plan (``difference``), and the outcome is written by services (``plan_import``).
This file stays empty of imports: the child process that opens workbooks starts here.
"""
