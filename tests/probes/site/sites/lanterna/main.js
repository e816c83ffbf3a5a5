render("#root", [["Privacy", "/privacy"], ["Terms", "/terms"]]);
