PROGRAM = '''
import tkinter as tk
root = tk.Tk()
root.geometry("300x200")
e = tk.Entry(root); e.pack()
l = tk.Label(root, text="0"); l.pack()
n = 0
def hit():
    global n
    n += 1
    l["text"] = str(n)
b = tk.Button(root, text="hit", command=hit); b.pack()
def tick():
    e.insert("end", ".")
    root.after(100, tick)
root.after(100, tick)
root.mainloop()
'''
def test_first(share):
    s = share(PROGRAM, 2, jitter_ms=60)
    before = s.check()
    a = s.copies[0]
    print(a.heard[:6])
    s.order("aaaaaaaaaaaaaaaa", 100, [["press", ".!button", 80, 80, 1, 0, None, 0], ["release", ".!button", 80, 80, 1, 256, None, 30]])
    s.settle()
    after = s.check()
    print(before, after)
    assert before != after
    s.pass_ms(500)
    assert s.check() != after
    print(s.index, a.logs(), [c.skipped for c in s.copies])
    for c in s.copies: assert not c.logs(), c.logs()
