"""Templates compiled beforehand are those that would be compiled now, or are compiled now."""

from pathlib import Path

import jinja2
import pytest

from core.templates import KeptTemplates

TEMPLATES = {"a.html": "{{ name }} & {{ 'é' | shout }}", "b.html": "{% include 'a.html' %}!"}


def environment(module: Path, **texts: str) -> tuple[jinja2.Environment, KeptTemplates]:
    compiled = KeptTemplates(str(module))
    loader = jinja2.DictLoader(TEMPLATES | texts)
    made = jinja2.Environment(loader=loader, autoescape=True, bytecode_cache=compiled)
    made.filters["shout"] = str.upper
    return made, compiled


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "pages.py").write_text("autoescape = True")
    return tmp_path / "pages.py"


def test_kept_templates_are_not_compiled_again(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, compiled = environment(module)
    compiled.keep(first)
    second, _ = environment(module)
    monkeypatch.setattr(second, "_generate", None)
    assert second.get_template("b.html").render(name="<M>") == "&lt;M&gt; & É!"


def test_a_changed_template_is_compiled(module: Path) -> None:
    first, compiled = environment(module)
    compiled.keep(first)
    second, _ = environment(module, **{"a.html": "autre"})
    assert second.get_template("b.html").render() == "autre!"


def test_a_changed_module_or_damage_and_all_are_compiled(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, compiled = environment(module)
    compiled.keep(first)
    kept = next(module.parent.glob("**/*.json"))
    whole = kept.read_bytes()
    second, _ = environment(module)
    monkeypatch.setattr(second, "_generate", None)
    kept.write_bytes(whole[:-9])
    with pytest.raises(TypeError):
        second.get_template("a.html")
    kept.write_bytes(whole)
    module.write_text("autoescape = False")
    third, _ = environment(module)
    monkeypatch.setattr(third, "_generate", None)
    with pytest.raises(TypeError):
        third.get_template("a.html")
