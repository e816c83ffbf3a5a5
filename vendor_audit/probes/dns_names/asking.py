"""One question to the resolver, and what its answer means: records, none, or not known; the three are kept apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

from vendor_audit.observation import Evidence

if TYPE_CHECKING:
    from vendor_audit.probes.network import Network

_EVIDENCE_LIMIT = 200_000
_ANSWER_LIMIT = 20_000
_PAYLOAD = 1232


class UnansweredError(Exception):
    """The resolver gave no answer that says something."""

    def __init__(self, kind: str, message: str, *, servfail: bool = False) -> None:
        """Take a kind of `Failure`, the reason, and whether a server said SERVFAIL."""
        super().__init__(message)
        self.kind = kind
        self.servfail = servfail


@dataclass(frozen=True, slots=True)
class Reply:
    """A resolver's answer that says something."""

    name: dns.name.Name
    """The name that was asked for."""
    message: dns.message.Message
    exists: bool
    """False: NXDOMAIN, of the name or of the end of its chain of aliases."""
    aliases: tuple[dns.name.Name, ...]
    """The names that it is an alias of, step by step."""
    rrset: dns.rrset.RRset | None
    """The records asked for, of the last alias. None: it has none of the type, or the chain goes on elsewhere."""

    @property
    def own(self) -> dns.rrset.RRset | None:
        """The records that stand at the name itself and not at what it is an alias of."""
        return None if self.aliases else self.rrset

    @property
    def authenticated(self) -> bool:
        """Whether the resolver says that it validated the answer (AD)."""
        return bool(self.message.flags & dns.flags.AD)

    @property
    def end(self) -> dns.name.Name:
        """The last alias, or the name itself."""
        return self.aliases[-1] if self.aliases else self.name

    def denied_by(self) -> dns.name.Name | None:
        """Return the zone whose SOA record says that there is nothing; None: there is no such record."""
        return next((each.name for each in self.message.authority if each.rdtype == dns.rdatatype.SOA), None)


@dataclass(slots=True)
class Asker:
    """Asks the operator's resolver and keeps what it said."""

    network: Network
    answers: list[str] = field(default_factory=list)
    """The answers as text."""
    _replies: dict[tuple[dns.name.Name, str, bool], Reply | UnansweredError] = field(default_factory=dict)

    async def ask(self, name: dns.name.Name, kind: str, *, check: bool = True) -> Reply:
        """Return the resolver's answer; each question is asked once.

        Args:
            name: absolute.
            kind: the record type, as text.
            check: False: the resolver shall not validate (CD).

        Raises:
            UnansweredError: time-out, SERVFAIL, REFUSED, a lame answer, a loop of aliases.
            ProbeError: this machine has no resolver.
        """
        key = (name, kind, check)
        if key not in self._replies:
            try:
                self._replies[key] = await self._ask(name, kind, check=check)
            except UnansweredError as error:
                self._replies[key] = error
        found = self._replies[key]
        if isinstance(found, UnansweredError):
            raise found
        return found

    async def _ask(self, name: dns.name.Name, kind: str, *, check: bool) -> Reply:
        resolver = self.network.resolver()
        resolver.use_edns(0, ednsflags=dns.flags.DO, payload=_PAYLOAD)
        resolver.flags = dns.flags.RD | (dns.flags.AD if check else dns.flags.CD)
        what = f"{shown(name)} {kind}"
        exists = True
        try:
            answer = await resolver.resolve(name, kind, raise_on_no_answer=False)
            message: dns.message.Message = answer.response
        except dns.resolver.NXDOMAIN as error:
            message = error.response(name)  # type: ignore[no-untyped-call] # dnspython's
            exists = False
        except dns.exception.Timeout as error:
            reason = f"{what}: no answer within {resolver.lifetime:g} s"
            self.answers.append(f"; {reason}")
            raise UnansweredError("dns_timeout", reason) from error
        except dns.resolver.NoNameservers as error:
            reason, servfail = _refusals(error)
            self.answers.append(f"; {what}: {reason}")
            raise UnansweredError("dns_failure", f"{what}: {reason}", servfail=servfail) from error
        except dns.exception.DNSException as error:
            raise UnansweredError("dns_failure", f"{what}: {error}"[:500]) from error
        self._keep(message, check=check)
        return _reply(name, kind, message, exists=exists)

    def _keep(self, message: dns.message.Message, *, check: bool) -> None:
        if sum(map(len, self.answers)) < _EVIDENCE_LIMIT:
            text = message.to_text()
            more = f"\n; {len(text) - _ANSWER_LIMIT} more characters" if len(text) > _ANSWER_LIMIT else ""
            self.answers.append(f"{'' if check else '; checking disabled' + chr(10)}{text[:_ANSWER_LIMIT]}{more}")

    def evidence(self, host: str) -> tuple[Evidence, ...]:
        """Return the answers as one text, bounded."""
        if not self.answers:
            return ()
        text = "\n\n".join(self.answers)[: _EVIDENCE_LIMIT + _ANSWER_LIMIT] + "\n"
        return (Evidence(f"DNS answers for {host}", "text/plain; charset=utf-8", text.encode()),)


def shown(name: dns.name.Name) -> str:
    """Return a name as facts hold it: lower case, no final dot, what is no letter, digit or hyphen escaped."""
    return name.to_text(omit_final_dot=True).lower()


def _reply(name: dns.name.Name, kind: str, message: dns.message.Message, *, exists: bool) -> Reply:
    try:
        chain = message.resolve_chaining()  # type: ignore[attr-defined] # a query's response is a QueryMessage
    except dns.exception.DNSException as error:
        raise UnansweredError("dns_failure", f"{shown(name)} {kind}: {error}"[:500]) from error
    aliases = tuple(each[0].target for each in chain.cnames)
    reply = Reply(name, message, exists, aliases, chain.answer)
    if exists and chain.answer is None and not aliases and _is_referral(message):
        raise UnansweredError("dns_failure", f"{shown(name)} {kind}: a lame answer, neither records nor a denial")
    return reply


def _is_referral(message: dns.message.Message) -> bool:
    kinds = {each.rdtype for each in message.authority}
    return dns.rdatatype.NS in kinds and dns.rdatatype.SOA not in kinds


def _refusals(error: dns.resolver.NoNameservers) -> tuple[str, bool]:
    """Return what the nameservers said, and whether one said SERVFAIL."""
    reasons = []
    servfail = False
    for server, _, _, cause, response in error.kwargs["errors"]:
        if isinstance(cause, dns.message.Truncated):
            # Asked again over TCP: what that gave stands in the next entry.
            continue
        rcode = response.rcode() if response is not None else dns.rcode.NOERROR
        servfail = servfail or rcode == dns.rcode.SERVFAIL
        said = (
            f"says {dns.rcode.to_text(rcode)}" if rcode else f"gives no valid answer: {cause or type(cause).__name__}"
        )
        reasons.append(f"{server.removeprefix('Do53:').replace('@', ':')} {said}"[:200])
    return "; ".join(dict.fromkeys(reasons)) or "no nameserver answered", servfail
