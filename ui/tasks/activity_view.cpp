#include "ui/tasks/activity_view.h"

#include "ui/tasks/activity_delegate.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPushButton>
#include <QScrollBar>

namespace switchyard::ui {

ActivityView::ActivityView(ActivityModel& model, QWidget* parent)
    : QListView(parent), m_model(model), m_delegate(new ActivityDelegate(this)), m_newRows(new QPushButton(this))
{
    setObjectName(u"activityView"_s);
    setAccessibleName(tr("Activity"));
    setItemDelegate(m_delegate);
    setModel(&model);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(ExtendedSelection);
    setResizeMode(Adjust);
    setUniformItemSizes(false);
    m_newRows->setObjectName(u"newRowsButton"_s);
    m_newRows->hide();
    connect(m_newRows, &QPushButton::clicked, this, &ActivityView::follow);
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        m_delegate->forget();
        follow();
    });
    connect(&model, &QAbstractItemModel::rowsAboutToBeRemoved, m_delegate, &ActivityDelegate::forget);
    connect(&model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex&, int first, int last) {
        if (!m_following) {
            m_unseen += last - first + 1;
            m_newRows->setText(tr("↓ %n new", "rows of the activity", m_unseen));
            placeButton();
        }
    });
    connect(&model, &QAbstractItemModel::dataChanged, this, [this] { scheduleDelayedItemsLayout(); });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &ActivityView::atScroll);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int maximum) {
        if (!m_following)
            return;
        m_moving = true;
        verticalScrollBar()->setValue(maximum);
        m_moving = false;
    });
}

void ActivityView::follow()
{
    m_following = true;
    m_unseen = 0;
    m_newRows->hide();
    scrollToBottom();
}

void ActivityView::atScroll()
{
    if (m_moving)
        return;
    const auto* const bar = verticalScrollBar();
    m_following = bar->value() >= bar->maximum() - 4;
    if (m_following) {
        m_unseen = 0;
        m_newRows->hide();
    }
}

void ActivityView::placeButton()
{
    m_newRows->adjustSize();
    m_newRows->move((viewport()->width() - m_newRows->width()) / 2, height() - m_newRows->height() - 10);
    m_newRows->show();
    m_newRows->raise();
}

bool ActivityView::find(const QString& text, bool backwards)
{
    const int rows = m_model.rowCount();
    const int from = currentIndex().isValid() ? currentIndex().row() : (backwards ? rows : -1);
    for (int step = 1; step <= rows; ++step) {
        const int row = ((backwards ? from - step : from + step) % rows + rows) % rows;
        const auto& item = m_model.item(row);
        if (!item.title.contains(text, Qt::CaseInsensitive) && !item.body.contains(text, Qt::CaseInsensitive))
            continue;
        m_following = false;
        setCurrentIndex(m_model.index(row));
        scrollTo(m_model.index(row), PositionAtCenter);
        return true;
    }
    return false;
}

void ActivityView::toggle(const QModelIndex& index)
{
    if (!index.isValid() || !m_model.item(index.row()).canUnfold())
        return;
    const bool unfold = !m_model.item(index.row()).unfolded;
    m_model.setUnfolded(index.row(), unfold);
    const auto& item = m_model.item(index.row());
    if (unfold && item.body.isEmpty() && item.logTo > item.logFrom)
        Q_EMIT outputWanted(index.row());
}

void ActivityView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        auto rows = selectionModel()->selectedRows();
        std::ranges::sort(rows, {}, &QModelIndex::row);
        QStringList lines;
        for (const auto& row : rows)
            lines << row.data().toString();
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
        return;
    }
    switch (event->key()) {
    case Qt::Key_Space:
        toggle(currentIndex());
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (currentIndex().isValid())
            Q_EMIT showInOutput(currentIndex().row());
        return;
    case Qt::Key_End:
        follow();
        setCurrentIndex(m_model.index(m_model.rowCount() - 1));
        return;
    default:
        QListView::keyPressEvent(event);
    }
}

void ActivityView::mousePressEvent(QMouseEvent* event)
{
    QListView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier)
        toggle(indexAt(event->position().toPoint()));
}

void ActivityView::resizeEvent(QResizeEvent* event)
{
    m_delegate->setWidth(viewport()->width());
    QListView::resizeEvent(event);
    if (m_newRows->isVisible())
        placeButton();
}

void ActivityView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        m_delegate->forget();
    QListView::changeEvent(event);
}

} // namespace switchyard::ui
