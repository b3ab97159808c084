"""The use cases, wired."""

import attrs

from instagram_core.accounts.service import (
    AccountClosing,
    Administration,
    ProfileEditing,
    Sessions,
    SignIn,
)
from instagram_core.accounts.tokens import SessionTokens
from instagram_core.assembly.caching import with_cached_sessions
from instagram_core.assembly.feed import FeedServices, feed_services
from instagram_core.assembly.ports import Ports
from instagram_core.graph.service import Blocking, Following, PeopleLists, PersonalLists, Profiles
from instagram_core.idempotency.service import Idempotency
from instagram_core.kernel.afterwards import Afterwards, ReactionsAfterwards
from instagram_core.kernel.paging import CursorCodec
from instagram_core.kernel.reactions import Reactions
from instagram_core.kernel.signing import Signer
from instagram_core.kernel.transaction import Transaction
from instagram_core.likes.service import Likes
from instagram_core.limits.policy import LimitRules
from instagram_core.limits.service import Limits
from instagram_core.media.addresses import MediaAddresses
from instagram_core.media.forms import SignedForms
from instagram_core.media.ports import DirectUploads, MediaLinks
from instagram_core.media.service import (
    Avatars,
    DirectUploading,
    MediaServing,
    MediaSweeping,
    Rendering,
    Uploads,
)
from instagram_core.posts.hydration import PostHydrator
from instagram_core.posts.service import Posting, PostPipeline, PostReading


@attrs.frozen(kw_only=True)
class AccountServices:
    """What concerns accounts."""

    sign_in: SignIn
    sessions: Sessions
    editing: ProfileEditing
    administration: Administration
    closing: AccountClosing


@attrs.frozen(kw_only=True)
class GraphServices:
    """What concerns people and each other."""

    profiles: Profiles
    lists: PeopleLists
    following: Following
    blocking: Blocking
    personal: PersonalLists


@attrs.frozen(kw_only=True)
class MediaServices:
    """What concerns files."""

    uploads: Uploads
    direct: DirectUploading
    forms: SignedForms
    rendering: Rendering
    avatars: Avatars
    addresses: MediaAddresses
    serving: MediaServing
    sweeping: MediaSweeping


@attrs.frozen(kw_only=True)
class PostServices:
    """What concerns posts."""

    posting: Posting
    pipeline: PostPipeline
    reading: PostReading


@attrs.frozen(kw_only=True)
class Services:
    """Every use case, by capability."""

    accounts: AccountServices
    graph: GraphServices
    media: MediaServices
    posts: PostServices
    likes: Likes
    feed: FeedServices
    limits: Limits
    idempotency: Idempotency
    cursors: CursorCodec
    transaction: Transaction
    """Several use cases as one: whoever is to know of a change is told when all is committed."""


def assemble(ports: Ports) -> Services:
    """Give all use cases over one set of ports. Opens nothing; the caller closes the adapters."""
    relational = ports.relational
    if ports.session_cache is not None:
        relational = with_cached_sessions(relational, ports.session_cache)
    transaction = Afterwards(relational.transaction)
    relational = attrs.evolve(relational, transaction=transaction)
    ports = attrs.evolve(ports, relational=relational)
    signer = Signer(ports.secret)
    hydrator = PostHydrator(posts=relational.posts, states=relational.states)
    feed = feed_services(ports, hydrator)
    reactions = ReactionsAfterwards(feed.reactions, transaction)
    media = _media(ports, signer, reactions)
    return Services(
        accounts=_accounts(ports, signer, reactions),
        graph=_graph(ports, reactions),
        media=media,
        posts=_posts(ports, hydrator, media, reactions),
        likes=Likes(
            likes=relational.likes,
            users=relational.users,
            hydrator=hydrator,
            clock=ports.clock,
            reactions=reactions,
        ),
        feed=feed,
        limits=Limits(limiter=ports.limiter, rules=LimitRules(rates=ports.rates)),
        idempotency=Idempotency(
            transaction=relational.transaction,
            store=relational.idempotency,
            sweeper=relational.idempotency_sweeper,
        ),
        cursors=CursorCodec(signer),
        transaction=transaction,
    )


def _accounts(ports: Ports, signer: Signer, reactions: Reactions) -> AccountServices:
    relational = ports.relational
    sessions = Sessions(
        store=relational.sessions,
        cache=ports.session_cache,
        tokens=SessionTokens(signer),
        clock=ports.clock,
        ids=ports.ids,
    )
    return AccountServices(
        sign_in=SignIn(
            transaction=relational.transaction,
            users=relational.users,
            store=relational.sessions,
            sessions=sessions,
            passwords=ports.passwords,
            clock=ports.clock,
            ids=ports.ids,
        ),
        sessions=sessions,
        editing=ProfileEditing(
            transaction=relational.transaction,
            users=relational.users,
            requests=relational.follows,
            clock=ports.clock,
            reactions=reactions,
        ),
        administration=Administration(
            transaction=relational.transaction,
            users=relational.users,
            sessions=relational.sessions,
            passwords=ports.passwords,
            reactions=reactions,
        ),
        closing=AccountClosing(
            transaction=relational.transaction,
            users=relational.users,
            sessions=relational.sessions,
            sweeper=relational.session_sweeper,
            eraser=relational.eraser,
            passwords=ports.passwords,
            clock=ports.clock,
            reactions=reactions,
        ),
    )


def _graph(ports: Ports, reactions: Reactions) -> GraphServices:
    relational = ports.relational
    return GraphServices(
        profiles=Profiles(
            users=relational.users, counter=relational.profiles, sights=relational.sights
        ),
        lists=PeopleLists(
            users=relational.users,
            sights=relational.sights,
            follows=relational.follow_lists,
            blocks=relational.blocks,
            personal=relational.personal_lists,
        ),
        following=Following(follows=relational.follows, clock=ports.clock, reactions=reactions),
        blocking=Blocking(blocks=relational.blocks, clock=ports.clock, reactions=reactions),
        personal=PersonalLists(
            lists=relational.personal_lists, clock=ports.clock, reactions=reactions
        ),
    )


def _media(ports: Ports, signer: Signer, reactions: Reactions) -> MediaServices:
    relational = ports.relational
    rendering = Rendering(store=ports.media, images=ports.images)
    addresses = MediaAddresses(signer=signer, clock=ports.clock)
    forms = SignedForms(store=ports.media, signer=signer, clock=ports.clock)
    return MediaServices(
        uploads=Uploads(store=ports.media, images=ports.images, most_bytes=ports.upload_bytes),
        direct=DirectUploading(
            store=ports.media,
            forms=ports.media if isinstance(ports.media, DirectUploads) else forms,
            spent=relational.idempotency,
            signer=signer,
            clock=ports.clock,
            most_bytes=ports.upload_bytes,
        ),
        forms=forms,
        rendering=rendering,
        avatars=Avatars(avatars=relational.avatars, rendering=rendering, reactions=reactions),
        addresses=addresses,
        serving=MediaServing(
            store=ports.media,
            rights=relational.media_rights,
            addresses=addresses,
            links=ports.media if isinstance(ports.media, MediaLinks) else None,
        ),
        sweeping=MediaSweeping(store=ports.media, usage=relational.media_usage, clock=ports.clock),
    )


def _posts(
    ports: Ports, hydrator: PostHydrator, media: MediaServices, reactions: Reactions
) -> PostServices:
    relational = ports.relational
    return PostServices(
        posting=Posting(
            transaction=relational.transaction,
            posts=relational.posts,
            uploads=media.direct,
            processing=relational.processing,
            hydrator=hydrator,
            clock=ports.clock,
            ids=ports.ids,
            reactions=reactions,
        ),
        pipeline=PostPipeline(
            posts=relational.posts,
            processing=relational.processing,
            pictures=media.rendering,
            store=ports.media,
            clock=ports.clock,
            ids=ports.ids,
        ),
        reading=PostReading(posts=relational.posts, hydrator=hydrator, sights=relational.sights),
    )
