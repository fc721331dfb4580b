"""All collections together, opened once for each process."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pymongo import timeout
from pymongo.errors import InvalidOperation, PyMongoError

from config.settings import Settings
from flow8.errors import Unavailable
from flow8.store.access import Access
from flow8.store.aged_plays import AgedPlays
from flow8.store.api_keys import ApiKeys
from flow8.store.attempts import Attempts
from flow8.store.audit import Audit
from flow8.store.channel_answers import ChannelAnswers
from flow8.store.channel_requests import ChannelRequests
from flow8.store.channels import Channels
from flow8.store.components import ComponentRecords
from flow8.store.database import (
    Documents,
    connections_in_use,
    faults_in_words,
    open_database,
    reason_of,
)
from flow8.store.events import Events
from flow8.store.files import Files
from flow8.store.firings import Firings
from flow8.store.flow_numbers import FlowNumbers
from flow8.store.flows import Flows
from flow8.store.groups import Groups
from flow8.store.indexes import ensure_indexes, missing_indexes
from flow8.store.iterations import Iterations
from flow8.store.kv import KvEntries
from flow8.store.leaders import Leaders
from flow8.store.links import LinkRecords
from flow8.store.migrations import MIGRATIONS, migrate, pending
from flow8.store.notices import Notices
from flow8.store.payloads import Payloads
from flow8.store.people import Companies, Users
from flow8.store.play_views import PlayViews
from flow8.store.plays import Plays
from flow8.store.queue_jobs import QueueJobs
from flow8.store.recent_plays import RecentPlays
from flow8.store.restores import Restores
from flow8.store.retention import RetentionPolicies
from flow8.store.retention_runs import RetentionRuns
from flow8.store.schedules import Schedules
from flow8.store.server_clock import ServerClock
from flow8.store.sessions import Sessions, Tickets
from flow8.store.signatures import Signatures
from flow8.store.slots import Slots
from flow8.store.started_plays import StartedPlays
from flow8.store.trips import Trips
from flow8.store.user_groups import UserGroups
from flow8.store.vault_keys import DataKeys, MasterKeys, OwnSecrets


@dataclass(frozen=True)
class Store:
    """The floor where everything is kept."""

    database: Documents
    clock: ServerClock
    payloads: Payloads
    iterations: Iterations
    plays: Plays
    play_views: PlayViews
    recent_plays: RecentPlays
    flows: Flows
    flow_numbers: FlowNumbers
    groups: Groups
    companies: Companies
    users: Users
    user_groups: UserGroups
    access: Access
    attempts: Attempts
    sessions: Sessions
    tickets: Tickets
    trips: Trips
    api_keys: ApiKeys
    channels: Channels
    schedules: Schedules
    firings: Firings
    channel_requests: ChannelRequests
    channel_answers: ChannelAnswers
    signatures: Signatures
    leaders: Leaders
    slots: Slots
    audit: Audit
    started_plays: StartedPlays
    events: Events
    queue_jobs: QueueJobs
    master_keys: MasterKeys
    data_keys: DataKeys
    own_secrets: OwnSecrets
    kv: KvEntries
    components: ComponentRecords
    links: LinkRecords
    notices: Notices
    files: Files
    restores: Restores
    retention: RetentionPolicies
    retention_runs: RetentionRuns
    aged_plays: AgedPlays

    def prepare(self) -> None:
        """Make indexes and capped collections, and migrate what is stored; safe from several at once.

        Raises:
            Unavailable: MongoDB does not answer, a restore into it is not complete, or another migrates.
        """
        with faults_in_words():
            self.restores.must_be_over()
            self.lay_out()

    def lay_out(self) -> None:
        """As `prepare`, also while a restore is under way."""
        with faults_in_words():
            migrate(self.database, MIGRATIONS)
            ensure_indexes(self.database)
            self.events.ensure()
            self.queue_jobs.ensure_indexes()

    def migrations_left(self) -> int:
        """How many migrations of this release are not done yet."""
        with faults_in_words():
            return len(pending(self.database, MIGRATIONS))

    def answers(self, seconds: float = 2.0) -> bool:
        """Whether MongoDB answers a ping soon."""
        try:
            self.probe(seconds)
        except Unavailable:
            return False
        return True

    def probe(self, seconds: float = 2.0) -> None:
        """Ping MongoDB.

        Raises:
            Unavailable: no answer within `seconds`.
        """
        try:
            with timeout(seconds):
                self.database.client.admin.command("ping")
        except PyMongoError as error:
            raise Unavailable(f"MongoDB does not answer ({reason_of(error)}).") from error

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Ask of MongoDB what takes no longer than this.

        Raises:
            Unavailable: it took longer, or MongoDB does not answer.
        """
        with faults_in_words(), timeout(seconds):
            yield

    def write_probe(self, owner: str) -> None:
        """Write a line of this process, which goes by itself, as surely as anything is written."""
        seen = {"$currentDate": {"at": True}}
        self.database["probes"].update_one({"_id": owner}, seen, upsert=True)

    def missing_indexes(self) -> list[str]:
        """The indexes that are not there."""
        return missing_indexes(self.database)

    def connections_in_use(self) -> int:
        """How many connections of this process do something for it now."""
        return connections_in_use(self.database)

    def close(self) -> None:
        """Close the connection."""
        # A cursor that somebody still waited on may want to tell a server that is let go already.
        with suppress(InvalidOperation):
            self.database.client.close()


def open_store(settings: Settings) -> Store:
    """Connect; nothing is asked of MongoDB until the first use."""
    return store_of(open_database(settings))


def store_of(database: Documents) -> Store:
    """The store in a given database."""
    clock, payloads = ServerClock(database), Payloads(database)
    iterations = Iterations(database, payloads)
    return Store(
        database=database,
        clock=clock,
        payloads=payloads,
        iterations=iterations,
        plays=Plays(database, payloads, iterations, clock),
        play_views=PlayViews(database, payloads, iterations),
        recent_plays=RecentPlays(database),
        flows=Flows(database),
        flow_numbers=FlowNumbers(database),
        groups=Groups(database),
        companies=Companies(database),
        users=Users(database),
        user_groups=UserGroups(database),
        access=Access(database),
        attempts=Attempts(database),
        sessions=Sessions(database),
        tickets=Tickets(database),
        trips=Trips(database),
        api_keys=ApiKeys(database),
        channels=Channels(database),
        schedules=Schedules(database),
        firings=Firings(database),
        channel_requests=ChannelRequests(database),
        channel_answers=ChannelAnswers(database),
        signatures=Signatures(database),
        leaders=Leaders(database),
        slots=Slots(database),
        audit=Audit(database, clock),
        started_plays=StartedPlays(database),
        events=Events(database),
        queue_jobs=QueueJobs(database),
        master_keys=MasterKeys(database),
        data_keys=DataKeys(database),
        own_secrets=OwnSecrets(database),
        kv=KvEntries(database),
        components=ComponentRecords(database),
        links=LinkRecords(database),
        notices=Notices(database),
        files=Files(database),
        restores=Restores(database),
        retention=RetentionPolicies(database),
        retention_runs=RetentionRuns(database),
        aged_plays=AgedPlays(database),
    )
