#include "ui/tasks/task_list_view.h"

#include "ui/theme/icons.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QPainterPath>
#include <QToolTip>

namespace switchyard::ui {

namespace {

constexpr int headerHeight = 30, rowHeight = 50, margin = 10, sign = 16;
constexpr milliseconds peekTime = std::chrono::minutes(1);

void drawElided(QPainter* painter, const QRect& rect, int flags, const QString& text)
{
    painter->drawText(rect, flags | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
}

//! Small figures at the right of the second line; returns the room they took.
int drawFigures(QPainter* painter, const QRect& line, const Task& task, const Colors& c)
{
    auto put = [&, right = line.right()](const QString& text, const QColor& color) mutable {
        const int width = painter->fontMetrics().horizontalAdvance(text);
        painter->setPen(color);
        painter->drawText(QRect(right - width, line.top(), width + 1, line.height()), Qt::AlignVCenter | Qt::AlignRight,
                          text);
        right -= width + 6;
        return line.right() - right;
    };
    const auto group = TaskText::group(task);
    if (group == Group::Running && task.spec.kind == TaskKind::Agent)
        return put(QCoreApplication::translate("TaskText", "%1 %").arg(task.percent), c.muted);
    if (task.filesChanged == 0)
        return 0;
    put(u"−"_s + QString::number(task.linesRemoved), c.failed);
    return put(u"+"_s + QString::number(task.linesAdded), c.done);
}

} // namespace

QSize TaskDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return {160, index.data(TaskListModel::IsHeaderRole).toBool() ? headerHeight : rowHeight};
}

void TaskDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    const auto* const model = static_cast<const TaskListModel*>(index.model());
    if (const auto* const task = model->taskAt(index))
        paintTask(painter, option, *task);
    else
        paintHeader(painter, option, index);
    painter->restore();
}

void TaskDelegate::paintHeader(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto c = colorsFor(option.palette);
    const auto group = Group(index.data(TaskListModel::GroupRole).toInt());
    auto font = option.font;
    font.setWeight(QFont::DemiBold);
    font.setPixelSize(12);
    painter->setFont(font);
    const auto tone = group == Group::NeedsYou ? c.needsYou : c.muted;
    const auto rect = option.rect.adjusted(margin, 4, -margin, 0);
    const bool folded = index.data(TaskListModel::CollapsedRole).toBool();
    const auto picture = iconPixmap(folded ? u"chevron-right"_s : u"chevron-down"_s, 10, c.muted,
                                    painter->device()->devicePixelRatioF());
    painter->drawPixmap(rect.left(), rect.center().y() - 4, picture);
    painter->setPen(tone);
    painter->drawText(rect.adjusted(16, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
    painter->setPen(c.muted);
    painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight,
                      QLocale().toString(index.data(TaskListModel::CountRole).toInt()));
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(c.accent, 1.5));
        painter->drawRoundedRect(QRectF(option.rect).adjusted(5, 3, -5, -1), 5, 5);
    }
}

void TaskDelegate::paintTask(QPainter* painter, const QStyleOptionViewItem& option, const Task& task) const
{
    const auto c = colorsFor(option.palette);
    const auto face = TaskText::face(task);
    const auto group = TaskText::group(task);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const auto tone = c.of(face.tone);
    const auto card = QRectF(option.rect).adjusted(4, 1, -4, -1);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    if (selected || group == Group::NeedsYou || option.state.testFlag(QStyle::State_MouseOver)) {
        painter->setBrush(selected ? c.selection : group == Group::NeedsYou ? c.needsYouFill : c.hover);
        painter->drawRoundedRect(card, 5, 5);
    }
    if (group == Group::NeedsYou) {
        painter->setBrush(c.needsYou);
        painter->drawRoundedRect(QRectF(card.left(), card.top() + 4, 3, card.height() - 8), 1.5, 1.5);
    }
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        painter->setPen(QPen(c.accent, 1.5));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(card.adjusted(1, 1, -1, -1), 5, 5);
    }

    const auto inner = option.rect.adjusted(margin + 3, 6, -margin, -6);
    const QRect top(inner.left(), inner.top(), inner.width(), inner.height() / 2);
    const QRect bottom(inner.left(), top.bottom() + 1, inner.width(), inner.height() - top.height());
    paintShape(*painter, QRectF(top.left(), top.center().y() - sign / 2 + 1, sign, sign), face.shape, tone);

    const int textLeft = inner.left() + sign + 8;
    int right = inner.right();
    auto small = option.font;
    small.setPixelSize(11);
    if (isActive(task.status) || isFinished(task.status)) {
        painter->setFont(small);
        painter->setPen(c.muted);
        const auto time = formatDuration(TaskText::elapsed(task, Clock::system().now()));
        painter->drawText(top, Qt::AlignVCenter | Qt::AlignRight, time);
        right -= painter->fontMetrics().horizontalAdvance(time) + 8;
    }
    auto titleFont = option.font;
    if (group == Group::NeedsYou || selected)
        titleFont.setWeight(QFont::DemiBold);
    painter->setFont(titleFont);
    painter->setPen(group == Group::Done && !selected ? blend(c.text, c.muted, 0.5) : c.text);
    drawElided(painter, QRect(textLeft, top.top(), right - textLeft, top.height()), Qt::AlignVCenter, task.spec.title);

    painter->setFont(small);
    const int figures = drawFigures(painter, bottom, task, c);
    const QRect room(textLeft, bottom.top(), inner.right() - textLeft - figures, bottom.height());
    const auto word = group == Group::Running && task.status == TaskStatus::Running && task.spec.kind == TaskKind::Agent
                          ? TaskText::phase(task.phase)
                          : face.word;
    painter->setPen(tone);
    drawElided(painter, room, Qt::AlignVCenter, word);
    const int used = painter->fontMetrics().horizontalAdvance(word) + 6;
    if (room.width() - used > 30) {
        painter->setPen(c.muted);
        const auto newest = TaskText::newest(task);
        drawElided(painter, room.adjusted(used, 0, 0, 0), Qt::AlignVCenter, newest == word ? QString() : newest);
    }
    if (group == Group::Running && task.spec.kind == TaskKind::Agent) {
        const QRectF groove(textLeft, option.rect.bottom() - 4.5, inner.right() - textLeft, 2);
        painter->setPen(Qt::NoPen);
        painter->setBrush(c.border);
        painter->drawRoundedRect(groove, 1, 1);
        painter->setBrush(task.status == TaskStatus::Paused ? c.muted : c.accent);
        painter->drawRoundedRect(QRectF(groove.topLeft(), QSizeF(groove.width() * task.percent / 100, 2)), 1, 1);
    }
}

TaskListView::TaskListView(TaskListModel& model, QWidget* parent) : QListView(parent), m_model(model)
{
    setObjectName(u"taskList"_s);
    setAccessibleName(tr("Tasks"));
    setItemDelegate(new TaskDelegate(this));
    setModel(&model);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setLayoutMode(Batched);
    setBatchSize(400);
    setMinimumWidth(220);
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, [this] { viewport()->update(); });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&model, signal, this, &TaskListView::watchClock);
    connect(&model, &QAbstractItemModel::rowsMoved, this, &TaskListView::watchClock);
    connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { m_resetting = true; });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        m_resetting = false;
        watchClock();
        if (const auto row = m_model.indexOf(m_current); row.isValid())
            setCurrentIndex(row);
        else if (!m_current.isNull() && m_model.total() == 0)
            Q_EMIT taskSelected(m_current = {});
    });
    connect(this, &QListView::doubleClicked, this, [this](const QModelIndex& index) {
        if (const auto* const task = m_model.taskAt(index))
            Q_EMIT taskOpened(task->id());
    });
}

TaskId TaskListView::currentTask() const
{
    return m_current;
}

QList<TaskId> TaskListView::chosenTasks() const
{
    auto rows = selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QList<TaskId> ids;
    for (const auto& row : rows) {
        if (const auto* const task = m_model.taskAt(row))
            ids << task->id();
    }
    if (!ids.contains(m_current))
        return m_current.isNull() ? QList<TaskId>{} : QList<TaskId>{m_current};
    return ids;
}

void TaskListView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected)
{
    QListView::selectionChanged(selected, deselected);
    Q_EMIT choiceChanged();
}

void TaskListView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const auto index = byKey ? currentIndex() : indexAt(event->pos());
    if (m_model.taskAt(index))
        Q_EMIT menuWanted(byKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos());
}

void TaskListView::select(const TaskId& id)
{
    for (int group = 0; group < groupCount && !m_model.indexOf(id).isValid(); ++group)
        m_model.setCollapsed(Group(group), false);
    if (const auto index = m_model.indexOf(id); index.isValid()) {
        setCurrentIndex(index);
        scrollTo(index);
    }
}

void TaskListView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QListView::currentChanged(current, previous);
    if (m_peeking)
        peek(true);
    const auto* const task = m_model.taskAt(current);
    if (!task || m_resetting || task->id() == m_current)
        return;
    m_current = task->id();
    Q_EMIT taskSelected(m_current);
}

QModelIndex TaskListView::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    auto index = QListView::moveCursor(action, modifiers);
    const bool upwards = action == MoveUp || action == MovePageUp || action == MovePrevious;
    const auto isOpenHeading = [this](const QModelIndex& row) {
        return !m_model.taskAt(row) && !row.data(TaskListModel::CollapsedRole).toBool();
    };
    for (int row = index.row(); index.isValid() && isOpenHeading(index); index = m_model.index(row))
        row += upwards && row > 0 ? -1 : 1;
    return index.isValid() ? index : currentIndex();
}

void TaskListView::keyPressEvent(QKeyEvent* event)
{
    const auto* const task = m_model.taskAt(currentIndex());
    const bool heading = currentIndex().isValid() && !task;
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (heading)
            return toggle(currentIndex());
        if (!m_current.isNull())
            return Q_EMIT taskOpened(m_current);
        break;
    case Qt::Key_Space:
        if (event->modifiers() != Qt::NoModifier) // chooses several
            break;
        return heading ? toggle(currentIndex()) : peek(!m_peeking);
    case Qt::Key_Escape:
        if (m_peeking)
            return peek(false);
        break;
    case Qt::Key_Left:
        if (task) {
            const auto group = TaskText::group(*task);
            m_model.setCollapsed(group, true);
            setCurrentIndex(m_model.headingOf(group)); // from there it is unfolded again
        }
        return;
    case Qt::Key_Right:
        return toggle(currentIndex());
    default:
        break;
    }
    QListView::keyPressEvent(event);
}

//! What the task is about and what it says last, beside its row; it goes along with the current row.
void TaskListView::peek(bool show)
{
    const auto row = currentIndex();
    m_peeking = show && m_model.taskAt(row);
    if (!m_peeking)
        return QToolTip::hideText();
    scrollTo(row);
    const auto text = row.data(Qt::ToolTipRole).toString();
    QToolTip::showText(viewport()->mapToGlobal(visualRect(row).bottomLeft() + QPoint(24, -8)), text, viewport(), {},
                       int(peekTime.count()));
    QAccessibleAnnouncementEvent said(this, row.data(Qt::AccessibleTextRole).toString());
    QAccessible::updateAccessibility(&said);
}

void TaskListView::focusOutEvent(QFocusEvent* event)
{
    QListView::focusOutEvent(event);
    if (m_peeking)
        peek(false);
}

void TaskListView::mousePressEvent(QMouseEvent* event)
{
    const auto index = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && index.isValid() && !m_model.taskAt(index)) {
        toggle(index);
        return;
    }
    QListView::mousePressEvent(event);
}

void TaskListView::toggle(const QModelIndex& header)
{
    if (!header.isValid() || m_model.taskAt(header))
        return;
    m_model.setCollapsed(Group(header.data(TaskListModel::GroupRole).toInt()),
                         !header.data(TaskListModel::CollapsedRole).toBool());
}

void TaskListView::watchClock()
{
    const bool needed = isVisible() && m_model.count(Group::Running) + m_model.count(Group::NeedsYou) > 0;
    if (needed != m_second.isActive())
        needed ? m_second.start() : m_second.stop();
}

void TaskListView::showEvent(QShowEvent* event)
{
    QListView::showEvent(event);
    watchClock();
}

void TaskListView::hideEvent(QHideEvent* event)
{
    QListView::hideEvent(event);
    watchClock();
}

} // namespace switchyard::ui
