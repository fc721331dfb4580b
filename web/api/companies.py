"""Companies: mine, new ones, another name, the end of an empty one."""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from flow8.domain.access import Right, Role
from flow8.domain.model import Model
from flow8.services import companies
from web import asked
from web.bodies import Text, json_body
from web.policy import needs, signed_in
from web.present import people as present

bp = Blueprint("companies", __name__)


class NewCompany(Model):
    """A wish for a company; its slug is made from its name if none is given."""

    name: Text
    slug: Text | None = None


class Renamed(Model):
    """Another name."""

    name: Text


@bp.get("/companies")
@signed_in
def list_companies() -> Response:
    """The companies that I belong to, with my role in each; there are few."""
    found = companies.my_companies(asked.engine(), asked.actor())
    return jsonify({"data": [present.company(*each) for each in found]})


@bp.post("/companies")
@needs(Right.ADMINISTER)
def create_company() -> ResponseReturnValue:
    """A new company, whose administrator I am."""
    wish = json_body(NewCompany)
    made = companies.create_company(asked.engine(), asked.actor(), name=wish.name, slug=wish.slug)
    return jsonify(present.company(made, Role.ADMIN)), HTTPStatus.CREATED


@bp.get("/companies/<name>")
@signed_in
def get_company(name: str) -> Response:
    """One company that I belong to, by id or slug."""
    return jsonify(present.company(*companies.my_company(asked.engine(), asked.actor(), name)))


@bp.put("/companies/<name>")
@needs(Right.ADMINISTER)
def rename_company(name: str) -> Response:
    """Another name for the company that I am in."""
    wish = json_body(Renamed)
    renamed = companies.rename_company(asked.engine(), asked.actor(), name, wish.name)
    return jsonify(present.company(*companies.my_company(asked.engine(), asked.actor(), renamed.id)))


@bp.delete("/companies/<name>")
@needs(Right.ADMINISTER)
def remove_company(name: str) -> ResponseReturnValue:
    """The end of the company that I am in, once it holds nothing and nobody else."""
    companies.remove_company(asked.engine(), asked.actor(), name)
    return Response(status=HTTPStatus.NO_CONTENT)
