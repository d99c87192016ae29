#include "engine/grants.h"

#include "gate/grants.h"

#include <QFile>

namespace switchyard::engine {

namespace {
constexpr qsizetype mostGrants = 500;
}

Grants::Grants(TaskBook& book, QString file, QObject* parent) : QObject(parent), m_file(std::move(file)), m_book(book)
{
    connect(&m_book, &TaskBook::applied, this, [this](const Event& event, TaskStatus, TaskStatus after) {
        auto left = m_grants;
        if (!isFinished(after) || left.removeIf([&event](const Grant& grant) {
                return grant.scope == u"task" && grant.task == event.task;
            }) == 0)
            return;
        if (const auto kept = keep(left); !kept)
            qWarning("%s", qPrintable(describe(kept.error())));
    });
}

Result<> Grants::load()
{
    auto grants = gate::readGrants(m_file);
    if (!grants) {
        qWarning("%s Nothing is granted any more.", qPrintable(describe(grants.error())));
        QFile::remove(m_file + u".damaged"_s);
        if (!QFile::rename(m_file, m_file + u".damaged"_s))
            return fail(grants.error());
        return {};
    }
    const auto unfinished = m_book.unfinished();
    const auto gone = grants->removeIf(
        [&](const Grant& grant) { return grant.scope == u"task" && !unfinished.contains(grant.task); });
    if (gone > 0)
        return keep(*grants);
    m_grants = *grants;
    return {};
}

Result<Grant> Grants::add(Grant grant)
{
    if (m_grants.size() >= mostGrants)
        return fail(ErrorCode::Limit, tr("There are %1 grants already.").arg(m_grants.size()),
                    tr("Revoke some of them: swy grants revoke ID."));
    const auto taken = [this](const QString& id) {
        return std::ranges::any_of(m_grants, [&id](const Grant& other) { return other.id == id; });
    };
    do
        grant.id = newUuid().left(8);
    while (taken(grant.id));
    SY_TRY(keep(m_grants + QList{grant}));
    return grant;
}

Result<Grant> Grants::revoke(const QString& id)
{
    const auto found = std::ranges::find(m_grants, id, &Grant::id);
    if (found == m_grants.end())
        return fail(ErrorCode::NotFound, tr("There is no grant “%1”.").arg(id.left(40)),
                    tr("`swy grants` lists them."));
    auto revoked = *found;
    auto left = m_grants;
    left.removeOne(revoked);
    SY_TRY(keep(left));
    return revoked;
}

Result<> Grants::keep(QList<Grant> grants)
{
    SY_TRY(gate::writeGrants(m_file, grants));
    m_grants = std::move(grants);
    return {};
}

} // namespace switchyard::engine
