"""What binds to what, and what does not parse."""

import pytest

from flow8.domain.expression.bounds import ExpressionError
from flow8.domain.expression.parser import ROOTS, Node, parse
from flow8.domain.expression.tokens import scan


def tree(source: str) -> Node:
    return parse(scan(source + "}}", 0)[0])


def shown(node: Node) -> str:
    """The tree with all its brackets."""
    parts = " ".join(map(shown, node.parts))
    if node.kind in ("literal", "root", "item"):
        return f"${node.value}" if node.kind == "root" else "." if node.kind == "item" else repr(node.value)
    name = {"choice": "?:", "path": "get", "list": "[]", "object": f"{{{','.join(node.value or ())}}}"}
    return f"({' '.join(filter(None, [name.get(node.kind, str(node.value)), parts]))})"


@pytest.mark.parametrize(
    ("source", "bracketed"),
    [
        ("1 + 2 * 3", "(+ 1 (* 2 3))"),
        ("1 * 2 + 3", "(+ (* 1 2) 3)"),
        ("1 - 2 - 3", "(- (- 1 2) 3)"),
        ("8 / 4 % 3", "(% (/ 8 4) 3)"),
        ("(1 + 2) * 3", "(* (+ 1 2) 3)"),
        ("-1 + 2", "(+ (- 1) 2)"),
        ("- -1", "(- (- 1))"),
        ("!1 == 2", "(== (! 1) 2)"),
        ("-$args.a * 2", "(* (- (get $args 'a')) 2)"),
        ("1 + 2 < 3 * 4", "(< (+ 1 2) (* 3 4))"),
        ("1 < 2 == 3 > 4", "(== (< 1 2) (> 3 4))"),
        ("1 <= 2 != 3 >= 4", "(!= (<= 1 2) (>= 3 4))"),
        ("1 || 2 && 3", "(|| 1 (&& 2 3))"),
        ("1 == 2 && 3 == 4", "(&& (== 1 2) (== 3 4))"),
        ("1 ?? 2 || 3", "(?? 1 (|| 2 3))"),
        ("1 ?? 2 ?? 3", "(?? (?? 1 2) 3)"),
        ("1 ?? 2 ? 3 : 4", "(?: (?? 1 2) 3 4)"),
        ("1 ? 2 : 3 ? 4 : 5", "(?: 1 2 (?: 3 4 5))"),
        ("1 ? 2 ? 3 : 4 : 5", "(?: 1 (?: 2 3 4) 5)"),
        ("1 ? 2 : 3 | type", "(type (?: 1 2 3))"),
        ("1 ? 2 | type : 3", "(?: 1 (type 2) 3)"),
        ("1 + 2 | type", "(type (+ 1 2))"),
        ("1 ?? 2 | type | text", "(text (type (?? 1 2)))"),
        ("1 + (2 | type)", "(+ 1 (type 2))"),
        ("type(1) + 2", "(+ (type 1) 2)"),
        ("'a' | replace('b', 'c')", "(replace 'a' 'b' 'c')"),
        ("replace('a', 'b', 'c')", "(replace 'a' 'b' 'c')"),
        ("uuid()", "(uuid)"),
        ("$args.a.b[0]['x y']", "(get $args 'a' 'b' 0 'x y')"),
        ("$args[1 + 2].true", "(get $args (+ 1 2) 'true')"),
        ("$args.l | where(.a.b > 1)", "(where (get $args 'l') (> (get . 'a' 'b') 1))"),
        ("$args.l | map(.)", "(map (get $args 'l') .)"),
        ("$args.l | map(.[0] + .['x'])", "(map (get $args 'l') (+ (get . 0) (get . 'x')))"),
        ("$args.l | map(. | map(.a))", "(map (get $args 'l') (map . (get . 'a')))"),
        ("$args.l | map(. | slice(.n))", "(map (get $args 'l') (slice . (get . 'n')))"),
        ("[]", "([])"),
        ("[1, [2], ]", "([] 1 ([] 2))"),
        ("{}", "({})"),
        ("{a: 1, 'b c': {d: 2}, }", "({a,b c} 1 ({d} 2))"),
        ("{a: 1 ? 2 : 3}", "({a} (?: 1 2 3))"),
        ("[true, false, null]", "([] True False None)"),
    ],
)
def test_operators_bind_in_their_order(source: str, bracketed: str) -> None:
    assert shown(tree(source)) == bracketed


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "unexpected }} at character 1"),
        ("1 +", "unexpected }} at character 4"),
        ("1 2", "unexpected 2 at character 3, }} is expected"),
        ("(1", "unexpected }} at character 3, ) is expected"),
        ("[1 2]", "unexpected 2 at character 4, , is expected"),
        ("[,]", "unexpected , at character 2"),
        ("{1: 2}", "unexpected 1 at character 2"),
        ("{a 2}", "unexpected 2 at character 4, : is expected"),
        ("1 ? 2", "unexpected }} at character 6, : is expected"),
        ("$args.", "unexpected }} at character 7, name is expected"),
        ("$args[", "unexpected }} at character 7"),
        ("1 |", "unexpected }} at character 4, name is expected"),
        ("1 | 2", "unexpected 2 at character 5, name is expected"),
        ("total", "unexpected name total; text stands in quotes"),
        ("uper('a')", "no function uper; is it upper?"),
        ("zzzzzz('a')", "no function zzzzzz"),
        ("upper()", "upper is used as upper(text)"),
        ("'a' | upper(1)", "upper is used as upper(text)"),
        ("uuid(1)", "uuid is used as uuid()"),
        ("upper(.a)", "a leading dot is the item inside where(...), map(...) and the like"),
        ("[1] | map(.a) | join(.b)", "a leading dot is the item inside where(...), map(...) and the like"),
        (".5", "a leading dot is the item inside where(...), map(...) and the like"),
        ("$foo.a", f"no root $foo; there are {' '.join('$' + root for root in ROOTS)}"),
    ],
)
def test_what_does_not_parse_is_told(source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        tree(source)

    assert str(caught.value) == reason


@pytest.mark.parametrize(
    "source", ["(" * 63 + "1" + ")" * 63, "+".join("1" * 64), "!" * 63 + "1", "[" * 63 + "]" * 63]
)
def test_a_tree_of_depth_64_parses(source: str) -> None:
    assert tree(source).depth <= 64


@pytest.mark.parametrize(
    "source", ["(" * 64 + "1" + ")" * 64, "+".join("1" * 65), "!" * 64 + "1", "[" * 65 + "]" * 65]
)
def test_a_deeper_tree_does_not(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        tree(source)

    assert str(caught.value) == "nested deeper than 64"


def test_a_long_path_is_not_a_deep_tree() -> None:
    assert tree("$args" + ".a" * 500).depth == 2
