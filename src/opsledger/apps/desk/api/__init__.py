"""The desk for programs: the same services and selectors as the screens."""

from opsledger.apps.desk.api import (
    acts,
    approvals,
    channels,
    consents,
    failing,
    family,
    figures,
    files,
    glance,
    intake,
    joining,
    knowledge,
    ladders,
    links,
    lists,
    mails,
    plans,
    replies,
    report_templates,
    rosters,
    routes,
    settings,
    tags,
    tasks,
    times,
    watching,
    work,
)

ROUTERS = tuple(
    room.router
    for room in (
        *(
            routes,
            acts,
            failing,
            glance,
            lists,
            intake,
            joining,
            report_templates,
            files,
            links,
            family,
            tags,
            times,
            approvals,
            watching,
            work,
            tasks,
            consents,
        ),
        *(plans, knowledge, rosters, ladders, figures, settings, channels, mails, replies),
    )
)

__all__ = ["ROUTERS"]
