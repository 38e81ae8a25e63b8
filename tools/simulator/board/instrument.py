"""An instrumented copy of a source file: at each basic block it charges for the work in it. The numbers of the lines stay.

`_w(N);` stands before a simple statement; an expression becomes `(_w(N) or (EXPRESSION))`, for `_w` gives None. N is the cost
in microseconds with the number of the function in the bits above 16. A module begins with
`_w=_l(name, microseconds, bytes)`: a name of its own is found sooner. A comprehension goes through `_n(N, ITERABLE)`, which
charges N for each element at once.
"""

import ast

from tools.simulator.board import costs

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_MOST = 0xFFFF
_LEAST = 6  # microseconds: a `return`, a flag set are not worth the call


class Instrumented:
    """The text of a module with charges. `functions`: the names by number, of all modules; new ones are added.

    form: "mpy" or "frozen", or "bare" for a program alone on an empty heap. size: of the `.mpy`.
    """

    def __init__(self, source: str, module: str, form: str, size: int, functions: list[str]):
        self._lines = source.encode().split(b"\n")
        self._functions = functions
        self._scale = costs.SCALE[form]
        self._function = 0
        self._inserts: list[tuple[int, int, int, bytes]] = []
        tree = ast.parse(source)
        self._body(tree, module)
        head = f"_w=_l({module!r},{costs.load_us(module, size, form)},{size});".encode()
        for statement in tree.body[:1]:
            self._insert(statement.lineno, statement.col_offset, head)
        self.text = self._applied()

    # -- text ----------------------------------------------------------------------------------------------------

    def _insert(self, line, column, octets):
        self._inserts.append((line, column, len(self._inserts), octets))

    def _applied(self) -> str:
        for line, column, _, octets in sorted(self._inserts, reverse=True):
            row = self._lines[line - 1]
            self._lines[line - 1] = row[:column] + octets + row[column:]
        return b"\n".join(self._lines).decode()

    def _charge(self, place, cost, least=1):
        amount = min(round(cost * self._scale), _MOST)
        if amount < least:
            return
        call = f"_w({self._function << 16 | amount})"
        if isinstance(place, ast.expr):
            self._insert(place.lineno, place.col_offset, f"({call} or (".encode())
            self._insert(place.end_lineno, place.end_col_offset, b"))")
        else:
            self._insert(place.lineno, place.col_offset, f"{call};".encode())

    # -- blocks --------------------------------------------------------------------------------------------------

    def _body(self, node, name):
        """The functions in a module or class. What is done when it is loaded belongs to the load."""
        for child in node.body:
            if isinstance(child, _FUNCTIONS):
                self._named(child, f"{name}.{child.name}")
            elif isinstance(child, ast.ClassDef):
                self._body(child, f"{name}.{child.name}")
            elif isinstance(child, ast.For | ast.While):
                self._loop(child, name)
            else:
                self._expressions(child, name)
                for field in ("body", "orelse", "finalbody"):
                    if isinstance(getattr(child, field, None), list):
                        self._body(ast.Module(getattr(child, field)), name)

    def _loop(self, node, name):
        self._functions.append(name)
        outer, self._function = self._function, len(self._functions) - 1
        self._compound(node, name)
        self._function = outer

    def _named(self, node, name):
        outer, self._function = self._function, len(self._functions)
        self._functions.append(name)
        if isinstance(node, ast.Lambda):
            self._charge(node.body, costs.ENTER + costs.of(node.body))
            self._inner(node.body, name)
        else:
            self._block(node.body, costs.ENTER, name)
        self._function = outer

    def _block(self, statements, carried, name) -> None:
        """Charge the statements; `carried` is what was spent on the way into them."""
        cost, place, least = carried, None, 1 if carried else _LEAST  # loops and functions always charge
        for statement in statements:
            cost += costs.of_statement(statement)
            if place is None:
                place = _place(statement)
                if place is None and isinstance(statement, ast.Try):
                    self._compound(statement, name, cost)
                    cost = 0
                    continue
            self._compound(statement, name)
            if place is not None and _pauses(statement):
                self._charge(place, cost, least)
                cost, place, least = 0, None, _LEAST
        if place is not None:
            self._charge(place, cost, least)

    def _compound(self, statement, name, carried=0):
        if isinstance(statement, _FUNCTIONS):
            self._named(statement, f"{name}.{statement.name}")
            return
        if isinstance(statement, ast.ClassDef):
            self._body(statement, f"{name}.{statement.name}")
            return
        self._expressions(statement, name)
        if isinstance(statement, ast.For | ast.AsyncFor):
            carried = costs.TURN
        elif isinstance(statement, ast.While):
            carried = costs.TEST + costs.of(statement.test)
        for field in ("body", "orelse", "finalbody"):
            if isinstance(getattr(statement, field, None), list):
                self._block(getattr(statement, field), carried, name)
                carried = 0
        for handler in getattr(statement, "handlers", ()):
            self._block(handler.body, 4, name)

    # -- inside expressions --------------------------------------------------------------------------------------

    def _expressions(self, statement, name):
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.expr):
                self._inner(child, name)
            elif isinstance(child, ast.withitem):
                self._inner(child.context_expr, name)

    def _inner(self, node, name):
        """Lambdas and comprehensions are blocks of their own."""
        if isinstance(node, ast.Lambda):
            self._named(node, f"{name}.lambda")
            return
        if isinstance(node, _COMPREHENSIONS):
            self._comprehension(node)
        for child in ast.iter_child_nodes(node):
            self._inner(child, name)

    def _comprehension(self, node):
        """All its turns are charged when it begins: what an element costs, times what it goes through."""
        element = node.key if isinstance(node, ast.DictComp) else node.elt
        cost = costs.ELEMENT + costs.of(element) + (costs.of(node.value) if isinstance(node, ast.DictComp) else 0)
        for generator in reversed(node.generators):
            cost = costs.turn(generator) + (cost * 0.7 if generator.ifs else cost)
            amount = self._function << 16 | min(round(cost * self._scale), _MOST)
            self._insert(generator.iter.lineno, generator.iter.col_offset, f"_n({amount}, (".encode())
            self._insert(generator.iter.end_lineno, generator.iter.end_col_offset, b"))")
            cost = 0


def _place(statement):
    """Where a charge can stand that is paid when the statement begins: itself or an expression; None where it cannot."""
    if isinstance(statement, ast.If):
        return statement.test
    if isinstance(statement, ast.For | ast.AsyncFor):
        return statement.iter
    if isinstance(statement, ast.With | ast.AsyncWith):
        return statement.items[0].context_expr
    if isinstance(statement, ast.While | ast.Try | ast.ClassDef | _FUNCTIONS[0] | _FUNCTIONS[1]):
        return None
    return statement


_PAUSES = (ast.Await, ast.Yield, ast.YieldFrom, ast.AsyncWith, ast.AsyncFor, ast.Return, ast.Raise, ast.Break, ast.Continue)


def _pauses(node):
    """True where other tasks may run inside, or the block may be left: what follows is charged when it is reached."""
    if isinstance(node, _PAUSES):
        return True
    return not isinstance(node, (*_FUNCTIONS, ast.Lambda)) and any(_pauses(child) for child in ast.iter_child_nodes(node))
