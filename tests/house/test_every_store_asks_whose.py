"""What people can ask of the store names the company first; exceptions are written out with a reason."""

import ast
from pathlib import Path

STORE = Path(__file__).parents[2] / "flow8" / "store"

EXCEPTIONS = {
    # The engine knows a play by its id alone, since a bell carries nothing else.
    "plays.py": {
        "insert",
        "insert_performed",
        "claim",
        "write",
        "renew",
        "due",
        "longest_due",
        "put_off",
        "give_back",
        "load",
        "hear",
        "wakes",
    },
    "payloads.py": {"write", "read", "read_text", "plays_behind", "remove_of"},
    # Part of a question that names the company itself.
    "play_filter.py": {"of_flows"},
    "iterations.py": {"write", "take_back", "plays_behind", "remove_of"},
    # A caller that waits for its own play, the queue, which companies share, and retention for all of them.
    "play_views.py": {
        "unfinished_of_all",
        "longest_new",
        "state_of",
        "end_of",
        "ahead",
        "remove",
    },
    # Records that carry their company themselves.
    "flows.py": {"save_draft", "publish"},
    "channels.py": {
        "create",
        "add_route",
        "set_routes",
        "change",
        "set_enabled",
        "enable_on_free_port",
        "enabled",
    },
    "channel_requests.py": {"add"},
    # Who somebody is must be found before the company is known.
    "people.py": {
        "get",
        "by_slug",
        "of_ids",
        "ids",
        "ensure",
        "create",
        "by_email",
        "by_microsoft",
        "any_exists",
        # What concerns a person's account, which is of all their companies.
        "rename",
        "disable",
        "set_password_hash",
        "renew_hash",
        "link_microsoft",
    },
    # Whoever is on the way to Microsoft belongs to no company yet.
    "trips.py": {"create", "take"},
    "sessions.py": {"create", "find", "put_off", "remove", "remove_of", "take"},
    "api_keys.py": {"create", "find"},
    # A grant carries its company itself.
    "access.py": {"create"},
    # Whoever signs in belongs to no company yet.
    "attempts.py": {"begin", "undo", "forget"},
    # Retention and the minutes of the audit are for all companies.
    "audit.py": {"companies"},
    "kv.py": {"create", "change"},
    # Retention is for all companies.
    "retention.py": {"all"},
    "retention_runs.py": {"last", "note"},
    "aged_plays.py": {"stretch", "unheld", "not_there"},
    # What there is to tell in all companies.
    "notices.py": {"due", "remove_of"},
    # A record carries its company itself, and retention is for the files of all companies.
    "files.py": {"create", "let_go_soon", "let_go", "due", "held", "put_off", "give_up", "remove"},
    # The one scheduler that leads does its work for all companies.
    "schedules.py": {"due_by", "due", "hold", "move_on", "switch_off"},
    "firings.py": {"lay_out", "open_of", "left_open", "settle"},
    # The master key belongs to the installation, and changing it touches the keys of every company.
    "vault_keys.py": {
        "read",
        "begin",
        "announce",
        "accept",
        "accept_only",
        "companies",
        "count",
        "unwrapped_by",
        "unwrap_from_others",
        "keep",
    },
}
WITHOUT_COMPANIES = {
    "dump.py",
    "restores.py",
    "sealed.py",
    "events.py",
    "leaders.py",
    "queue_jobs.py",
    "server_clock.py",
    "store.py",
    "database.py",
}


def test_every_method_of_a_collection_asks_for_the_company_first() -> None:
    found = {
        f"{path.name}:{method.name}"
        for path in STORE.glob("*.py")
        if path.name not in WITHOUT_COMPANIES
        for klass in ast.parse(path.read_text()).body
        if isinstance(klass, ast.ClassDef) and klass.name[0] != "_" and klass.name != "Keeper"
        for method in klass.body
        if isinstance(method, ast.FunctionDef)
        and not method.name.startswith("_")
        and not method.decorator_list
        and [argument.arg for argument in method.args.args][1:2] != ["company_id"]
    }

    assert found == {f"{name}:{method}" for name, methods in EXCEPTIONS.items() for method in methods}
