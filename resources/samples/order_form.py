"""A calculator and an order form, with tkinter: menus, a table, checks, a dialog, a running clock."""

from __future__ import annotations

import random
import time
import tkinter as tk
from tkinter import filedialog, messagebox, ttk

KEYS = ("789/", "456*", "123-", "0.=+")
COLOURS = ("red", "green", "blue")
GOODS = {"Pencil": 0.8, "Brush": 3.5, "Paper": 6.0, "Ink": 4.25}


class Calculator(ttk.Frame):
    """Four operations on a display of one line."""

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent, padding=8)
        self.shown = tk.StringVar(value="0")
        self.fresh = True
        ttk.Entry(self, textvariable=self.shown, justify="right", width=18).grid(
            columnspan=4, sticky="ew", pady=4
        )
        for row, keys in enumerate(KEYS, start=1):
            for column, key in enumerate(keys):
                ttk.Button(self, text=key, width=4, command=lambda key=key: self.press(key)).grid(
                    row=row, column=column, padx=1, pady=1
                )
        ttk.Button(self, text="Clear", command=self.clear).grid(columnspan=4, sticky="ew", pady=4)

    def clear(self) -> None:
        """Begin again."""
        self.shown.set("0")
        self.fresh = True

    def press(self, key: str) -> None:
        """One key of the calculator."""
        if key == "=":
            self.shown.set(calculated(self.shown.get()))
            self.fresh = True
        elif self.fresh and key not in "+-*/":
            self.shown.set(key)
            self.fresh = False
        else:
            self.shown.set(self.shown.get() + key)
            self.fresh = False


def calculated(text: str) -> str:
    """The value of sums and products in the text, or a word of complaint."""
    try:
        terms = text.replace("-", "+-").replace("*+-", "*-").replace("/+-", "/-").split("+")
        total = sum(product(term) for term in terms if term)
    except (ValueError, ZeroDivisionError):
        return "Error"
    return f"{total:g}"


def product(term: str) -> float:
    """The value of factors and divisors."""
    value, operation = 1.0, "*"
    number = ""
    for letter in [*term, "*"]:
        if letter not in "*/":
            number += letter
            continue
        value = value * float(number) if operation == "*" else value / float(number)
        operation, number = letter, ""
    return value


class Form(ttk.Frame):
    """What to order, and a table of what has been ordered."""

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent, padding=8)
        self.name = tk.StringVar()
        self.colour = tk.StringVar(value=COLOURS[0])
        self.gift = tk.BooleanVar()
        self.count = tk.StringVar(value="1")
        self.article = tk.StringVar(value=next(iter(GOODS)))
        ttk.Label(self, text="Name").grid(sticky="w")
        ttk.Entry(self, textvariable=self.name).grid(row=0, column=1, columnspan=3, sticky="ew")
        ttk.Label(self, text="Article").grid(sticky="w")
        ttk.Combobox(
            self, textvariable=self.article, values=list(GOODS), state="readonly", width=10
        ).grid(row=1, column=1)
        ttk.Spinbox(self, from_=1, to=99, textvariable=self.count, width=5).grid(row=1, column=2)
        for column, colour in enumerate(COLOURS):
            ttk.Radiobutton(self, text=colour, value=colour, variable=self.colour).grid(
                row=2, column=column
            )
        ttk.Checkbutton(self, text="Gift", variable=self.gift).grid(row=2, column=3)
        self.note = tk.Text(self, width=34, height=4)
        self.note.grid(columnspan=4, sticky="nsew", pady=4)
        self.scale = tk.Scale(self, orient="horizontal", to=10, label="Hurry")
        self.scale.grid(columnspan=4, sticky="ew")
        ttk.Button(self, text="Order", command=self.order).grid(columnspan=4, sticky="ew")
        self.table = ttk.Treeview(self, columns=("count", "price"), height=6, selectmode="extended")
        for column, title in (("#0", "Article"), ("count", "Count"), ("price", "Price")):
            self.table.heading(column, text=title, command=lambda c=column: self.sort(c))
            self.table.column(column, width=90)
        bar = ttk.Scrollbar(self, command=self.table.yview)
        self.table.configure(yscrollcommand=bar.set)
        self.table.grid(row=6, columnspan=4, sticky="nsew", pady=4)
        bar.grid(row=6, column=4, sticky="ns")
        self.table.bind("<Delete>", lambda _event: self.remove())
        self.table.bind("<Double-1>", lambda _event: self.show())

    def order(self) -> None:
        """One more line in the table; a lucky customer pays less."""
        try:
            count = int(self.count.get())
        except ValueError:
            messagebox.showerror("Order", f"“{self.count.get()}” is no number.")
            return
        price = count * GOODS[self.article.get()]
        if random.random() < 0.1:  # noqa: S311 - a discount, no secret
            price /= 2
        text = f"{self.article.get()} ({self.colour.get()}{', gift' if self.gift.get() else ''})"
        self.table.insert("", "end", text=text, values=(count, f"{price:.2f}"))

    def remove(self) -> None:
        """Take the chosen lines away."""
        self.table.delete(*self.table.selection())

    def show(self) -> None:
        """Say what the chosen line is."""
        for item in self.table.selection()[:1]:
            messagebox.showinfo("Line", self.table.item(item, "text"))

    def sort(self, column: str) -> None:
        """By a column: texts by letters, numbers by size."""

        def value(item: str) -> tuple[float, str]:
            if column == "#0":
                return (0.0, str(self.table.item(item, "text")))
            return (float(self.table.set(item, column)), "")

        for place, item in enumerate(sorted(self.table.get_children(), key=value)):
            self.table.move(item, "", place)

    def total(self) -> float:
        """What all lines cost."""
        return sum(float(self.table.set(item, "price")) for item in self.table.get_children())


class Window(tk.Tk):
    """Both side by side, with a menu bar and a line of news."""

    def __init__(self) -> None:
        super().__init__()
        self.title("Calculator and form")
        self.calculator = Calculator(self)
        self.form = Form(self)
        self.calculator.grid(sticky="n")
        self.form.grid(row=0, column=1, sticky="nsew")
        self.news = ttk.Label(self, anchor="w")
        self.news.grid(columnspan=2, sticky="ew")
        bar = tk.Menu(self)
        file = tk.Menu(bar, tearoff=False)
        file.add_command(label="Save…", underline=0, command=self.save)
        file.add_command(label="Open…", underline=0, command=self.open)
        file.add_separator()
        file.add_command(label="Quit", underline=0, command=self.leave)
        bar.add_cascade(label="File", underline=0, menu=file)
        view = tk.Menu(bar)
        self.big = tk.BooleanVar()
        view.add_checkbutton(label="Large note", variable=self.big, command=self.resize)
        sizes = tk.Menu(view, tearoff=False)
        for size in (8, 10, 14):
            sizes.add_command(
                label=f"{size} points",
                command=lambda size=size: self.form.note.configure(font=("Helvetica", size)),
            )
        view.add_cascade(label="Font", menu=sizes)
        bar.add_cascade(label="View", underline=0, menu=view)
        self.configure(menu=bar)
        self.protocol("WM_DELETE_WINDOW", self.leave)
        self.bind("<Control-s>", lambda _event: self.save())
        self.tell_time()

    def tell_time(self) -> None:
        """The clock in the last line, every second."""
        clock = time.strftime("%H:%M:%S")
        self.news.configure(text=f"{clock}   Total {self.form.total():.2f}")
        self.after(1000, self.tell_time)

    def resize(self) -> None:
        """A larger or a smaller note."""
        self.form.note.configure(height=8 if self.big.get() else 4)

    def save(self) -> None:
        """Write the table and the note to a file."""
        path = filedialog.asksaveasfilename(title="Save the orders")
        if not path:
            return
        table = self.form.table
        lines = [f"{table.item(item, 'text')}\t{table.set(item, 'count')}\t{table.set(item, 'price')}"
                 for item in table.get_children()]  # fmt: skip
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - an ordinary program
            file.write("\n".join([*lines, "", self.form.note.get("1.0", "end-1c")]))

    def open(self) -> None:
        """Read a text into the note."""
        path = filedialog.askopenfilename(title="Open a note")
        if not path:
            return
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            self.form.note.delete("1.0", "end")
            self.form.note.insert("1.0", file.read(10_000))

    def leave(self) -> None:
        """Ask before the window goes."""
        if messagebox.askokcancel("Quit", "Leave without the orders?"):
            self.destroy()


if __name__ == "__main__":
    Window().mainloop()
