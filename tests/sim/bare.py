"""A site that is the order and nothing else: frames in plain datagrams, no links, no rooms.

It lets the simulator be tested by itself, and the order without anything that repeats lost packets
for it. Signatures are hashes; nobody lies here.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from app.core.codec import decode, encode
from app.core.errors import LocalError, RemoteError
from app.core.ids import Key, SiteId, site_of
from app.core.instant import MILLI, Micros, after
from app.core.schema import Codec
from app.core.trace import Trace
from app.dispatcher import rules
from app.dispatcher.desk import (
    Desk,
    Installed,
    ReadRows,
    Settled,
    Stored,
    TakenBack,
    Transmit,
    WishRefused,
)
from app.dispatcher.disk import Disk
from app.dispatcher.messages import REGISTRY, OrderBeat
from app.dispatcher.order import Order
from app.dispatcher.placement import Stroke
from app.dispatcher.views import founding, genesis_id
from app.node import api
from app.node import contract as c
from app.sim.site import Boot, Model

BEAT = Codec(OrderBeat)
BEAT_MICROS = 250 * MILLI


def seal(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=64).digest()


def talk_of(kind: str, body: bytes) -> Stroke | None:
    del body
    return Stroke.NONE if kind == "chat" else None


class Bare:
    def __init__(self, boot: Boot) -> None:
        self.boot = boot
        self.out: list[c.Output] = []
        self.order: Order | None = None
        self.book: dict[Key, c.Address] = {}
        self.beat_at = boot.now
        self.moves: dict[int, Key] = {}
        self.ready = False
        self.token = 0
        self.leave_token = 0
        self.close_token = 0
        self.names: dict[Key, int] = {}
        self.closed = False

    # --- start ------------------------------------------------------------------------------------

    def begin(self, command: api.Command, now: Micros) -> None:
        saved = self.boot.saved
        fields: dict[str, bytes] = {}
        if "session" in saved.fields:
            key, session, book = decode(saved.fields["session"])
            incarnation = decode(saved.fields["incarnation"])
        else:
            key, incarnation, book = self.boot.entropy(32), 0, []
            nonce = self.boot.entropy(16)
            session = genesis_id(Key(key), nonce)
        if isinstance(command, api.JoinSession):
            host, port, raw, maker = command.invite.split("|")
            session = bytes.fromhex(raw)
            book.append([bytes.fromhex(maker), host, int(port)])
        self.token = command.token
        own = Key(key)
        incarnation, queue = rules.restart(incarnation, saved.queue)
        saved = replace(saved, queue=queue)
        self.book = {Key(k): (h, p) for k, h, p in book}
        disk = Disk(own, session, saved)
        fields["incarnation"] = encode(incarnation)
        self.own, self.session = own, session
        disk.save_field("incarnation", encode(incarnation))
        self.save_book(disk)
        if isinstance(command, api.CreateSession):
            certificate = founding(own, nonce, seal(own, b""))
            disk.add_certificate(certificate)
            disk.set_prim(1)
            disk.set_token(0, 0)
        list(disk.replay(saved))
        desk = Desk(disk, lambda data: seal(own, data), self.verify, Trace())
        self.order = Order(
            desk, incarnation=incarnation, talk_of=talk_of, rng=self.boot.rng, now=now
        )
        if isinstance(command, api.CreateSession):
            desk.note_home(0, own)

    def save_book(self, disk: Disk) -> None:
        book = [[k, h, p] for k, (h, p) in self.book.items()]
        disk.save_field("session", encode([self.own, self.session, book]))

    @staticmethod
    def verify(key: Key, data: bytes, signature: bytes) -> bool:
        # A genesis signature is made before there is a session to sign; nobody lies here.
        return signature in (seal(key, data), seal(key, b""))

    # --- machine ----------------------------------------------------------------------------------

    def handle(self, given: c.Input, now: Micros) -> list[c.Output]:
        try:
            self.take(given, now)
        except RemoteError:
            pass
        out, self.out = self.out, []
        return out

    def take(self, given: c.Input, now: Micros) -> None:
        order = self.order
        match given:
            case c.CommandIssued(command):
                if order is None:
                    self.begin(command, now)
                else:
                    self.obey(order, command, now)
            case c.DatagramReceived(source, data) if order is not None:
                self.hear(order, source, data, now)
            case c.Loaded(token, rows) if order is not None:
                order.catchup.loaded(token, rows)
            case c.Woke() if order is not None:
                order.woke(now)
            case _:
                pass

    def hear(self, order: Order, source: c.Address, data: bytes, now: Micros) -> None:
        match decode(data):
            case [bytes(raw), list(book), bytes(body), bytes(check)]:
                key = Key(raw)
                if seal(key, encode([book, body]))[:8] != check:
                    return
                self.book[key] = source
                for other, host, port in book:
                    if other != self.own and Key(other) not in self.book:
                        self.book[Key(other)] = (host, port)
                        self.save_book(order.disk)
                if body[:1] == b"B":
                    view = order.disk.prim
                    if view is not None and not view.has(key):
                        order.recovery.candidates[key] = None
                    order.heard(key, BEAT.decode(body[1:]), now)
                else:
                    frame = REGISTRY.decode(body[1:])
                    if frame is not None:
                        order.receive(key, frame, now)
            case _:
                pass

    def obey(self, order: Order, command: api.Command, now: Micros) -> None:
        answer: api.Event = api.Done(command.token)
        try:
            match command:
                case api.Issue(token, entries, wall_ms):
                    made = [order.issue(kind, body, wall_ms) for kind, body in entries]
                    answer = api.Done(token, tuple([entry.id for entry in made]))
                case api.MoveDispatcher(token, target):
                    view = order.disk.prim
                    key = next((k for k in view.keys if site_of(k) == target), None) if view else None
                    if key is None:
                        answer = api.Denied(token, "no member")
                    else:
                        order.wish(key, token, now)
                case api.SetPolicy(policy=policy):
                    order.set_policy(policy)
                case api.LeaveSession(token):
                    order.leave()
                    self.leave_token = token
                    return
                case api.CloseSession(token):
                    self.close_token = token
                    return
                case api.ReadStatus(token):
                    answer = api.Done(token, self.status(order))
                case _:
                    pass
        except LocalError as error:
            answer = api.Denied(command.token, str(error))
        self.out.append(c.Emit(answer))

    def status(self, order: Order) -> api.Status:
        disk = order.disk
        return api.Status(
            site_of(self.own), "", "", "", (), None, None, str(order.epoch),
            disk.log.length, disk.log.chain.hex(), disk.settled, 0, "", "", len(disk.queue),
        )  # fmt: skip

    def finish(self, now: Micros) -> list[c.Output]:
        order = self.order
        if order is None or self.closed:
            return []
        order.tick(now)
        order.finish(now)
        outputs, records = order.drain()
        out: list[c.Output] = [c.Persist(record) for record in records]
        sends: list[tuple[Key, bytes]] = []
        for output in outputs:
            match output:
                case Transmit(to, frame):
                    sends.append((to, b"F" + REGISTRY.encode(frame)))
                case ReadRows(token, request):
                    out.append(c.Load(token, request))
                case Stored(placed):
                    shown = tuple([api.EntryShown(item, "", False) for item in placed])
                    out.append(c.Emit(api.EntriesOrdered(shown)))
                case TakenBack(index):
                    out.append(c.Emit(api.LogReverted(index + 1, "")))
                case Settled(index):
                    out.append(c.Emit(api.EntriesSettled(index)))
                case WishRefused() | Installed():
                    pass
                case _:
                    pass
        if order.want_beat() or now >= self.beat_at:
            self.beat_at = after(now, BEAT_MICROS)
            sends += [(key, b"B" + BEAT.encode(order.beat())) for key in self.book]
        book = [[k, h, p] for k, (h, p) in self.book.items()]
        for key, body in sends:
            address = self.book.get(key)
            if address is not None:
                check = seal(self.own, encode([book, body]))[:8]
                data = encode([self.own, book, body, check])
                out.append(c.SendDatagram(address, data))
        view = order.disk.prim
        if view is not None and view.has(self.own) and not self.ready:
            self.ready = True
            host, port = self.boot.address
            invite = f"{host}|{port}|{self.session.hex()}|{self.own.hex()}"
            out.append(
                c.Emit(api.SessionReady(site_of(self.own), "", self.session, "", invite, ()))
            )
            out.append(c.Emit(api.Done(self.token)))
        if not self.ready and now - self.boot.now > 5_000 * MILLI:
            out.append(c.Emit(api.Denied(self.token, "nobody answers")))
            self.closed = True
        elif self.close_token:
            out.append(c.Emit(api.Done(self.close_token)))
            out.append(c.Emit(api.SessionClosed(left=False)))
            self.closed = True
        elif order.desk.leaving and order.may_stop():
            out.append(c.Emit(api.Done(self.leave_token)))
            out.append(c.Emit(api.SessionClosed(left=True)))
            self.closed = True
        return out

    def deadline(self) -> Micros | None:
        if self.order is None or self.closed:
            return None
        deadline = self.order.deadline()
        return self.beat_at if deadline is None else min(deadline, self.beat_at)


def site_id(fields: dict[str, bytes]) -> SiteId | None:
    if "session" not in fields:
        return None
    key, _, _ = decode(fields["session"])
    return site_of(Key(key))


MODEL = Model(Bare, site_id)
