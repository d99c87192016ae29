#include "ui/models/activity_model.h"

#include <algorithm>

namespace switchyard::ui {

namespace {

using Kind = ActivityItem::Kind;
using State = ActivityItem::State;

} // namespace

bool ActivityItem::canUnfold() const
{
    switch (kind) {
    case Kind::Thought:
        return true;
    case Kind::Command:
    case Kind::Tool:
        return !body.isEmpty() || logTo > logFrom;
    case Kind::Plan:
        return !body.isEmpty();
    case Kind::Notice:
        return body.contains(u'\n') || body.size() > 100;
    default:
        return false;
    }
}

int ActivityModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_items.size());
}

QString ActivityModel::spoken(const ActivityItem& item) const
{
    QStringList parts;
    switch (item.kind) {
    case Kind::Message:
        return tr("Agent: %1").arg(item.body.simplified());
    case Kind::Thought:
        parts << tr("Thought") << item.body.section(u'\n', 0, 0).simplified();
        break;
    case Kind::Guidance:
        return tr("You: %1").arg(item.body.simplified());
    default:
        parts << item.title;
        break;
    }
    switch (item.state) {
    case State::Running:
        parts << tr("running");
        break;
    case State::Ok:
        parts << tr("done");
        break;
    case State::Failed:
        parts << tr("failed");
        break;
    case State::Denied:
        parts << tr("refused");
        break;
    case State::Waiting:
    case State::None:
        break;
    }
    if (!item.detail.isEmpty())
        parts << item.detail;
    if (item.kind == Kind::Ended && !item.body.isEmpty())
        parts << item.body.simplified();
    return parts.join(u", "_s);
}

QVariant ActivityModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& item = this->item(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return item.kind == Kind::Message || item.kind == Kind::Thought || item.kind == Kind::Guidance
                   ? item.body
                   : (item.detail.isEmpty() ? item.title : item.title + u"  "_s + item.detail);
    case Qt::AccessibleTextRole:
        return spoken(item);
    case KindRole:
        return int(item.kind);
    case StateRole:
        return int(item.state);
    default:
        return {};
    }
}

void ActivityModel::clear()
{
    beginResetModel();
    m_items.clear();
    m_tools.clear();
    m_commands.clear();
    m_confirmations.clear();
    m_plan.clear();
    m_checks.clear();
    m_files.clear();
    m_planRow = m_lastCommand = -1;
    m_attempt = 0;
    endResetModel();
    Q_EMIT planChanged();
    Q_EMIT filesChanged();
}

const ActivityItem& ActivityModel::peek(int row) const
{
    const auto known = int(m_items.size());
    return row < known ? m_items.at(size_t(row)) : m_fresh.at(size_t(row - known));
}

ActivityItem& ActivityModel::change(int row)
{
    const auto known = int(m_items.size());
    if (row >= known)
        return m_fresh.at(size_t(row - known));
    m_touched.push_back(row);
    auto& item = m_items.at(size_t(row));
    ++item.revision;
    return item;
}

int ActivityModel::add(ActivityItem item)
{
    m_fresh.push_back(std::move(item));
    return lastRow();
}

void ActivityModel::apply(const QList<Event>& events)
{
    for (const auto& event : events)
        applyOne(event);

    std::ranges::sort(m_touched);
    const auto rest = std::ranges::unique(m_touched);
    m_touched.erase(rest.begin(), rest.end());
    for (const int row : std::exchange(m_touched, {}))
        Q_EMIT dataChanged(index(row), index(row));
    if (!m_fresh.empty()) {
        const auto first = int(m_items.size());
        beginInsertRows({}, first, first + int(m_fresh.size()) - 1);
        std::ranges::move(m_fresh, std::back_inserter(m_items));
        m_fresh.clear();
        endInsertRows();
    }
    if (const int surplus = int(m_items.size()) - maxItems; surplus > 0) {
        beginRemoveRows({}, 0, surplus - 1);
        m_items.erase(m_items.begin(), m_items.begin() + surplus);
        for (auto* const rows : {&m_tools, &m_commands, &m_confirmations}) {
            for (auto& row : *rows)
                row -= surplus;
            rows->removeIf([](auto entry) { return entry.value() < 0; });
        }
        m_planRow = std::max(-1, m_planRow - surplus);
        m_lastCommand = std::max(-1, m_lastCommand - surplus);
        endRemoveRows();
    }
    if (std::exchange(m_planTouched, false))
        Q_EMIT planChanged();
    if (std::exchange(m_filesTouched, false))
        Q_EMIT filesChanged();
}

int ActivityModel::stepsDone() const
{
    return int(std::ranges::count(m_plan, u"completed"_s, &PlanEntry::status));
}

void ActivityModel::setUnfolded(int row, bool unfolded)
{
    auto& item = m_items.at(size_t(row));
    if (item.unfolded == unfolded || (unfolded && !item.canUnfold()))
        return;
    item.unfolded = unfolded;
    ++item.revision;
    Q_EMIT dataChanged(index(row), index(row));
}

void ActivityModel::setBody(int row, const QString& text)
{
    if (row < 0 || row >= int(m_items.size()) || item(row).body == text)
        return;
    auto& changed = m_items.at(size_t(row));
    changed.body = text;
    ++changed.revision;
    Q_EMIT dataChanged(index(row), index(row));
}

} // namespace switchyard::ui
