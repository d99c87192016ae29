#include "ui/log/line_kind.h"
#include "ui/log/log_canvas.h"
#include "ui/log/log_view.h"

#include <QAction>
#include <QInputDialog>
#include <QMenu>

#include <functional>

namespace switchyard::ui {

QAction* LogView::addAction(const QString& name, const QString& text, const QKeySequence& keys,
                            std::function<void()> run)
{
    auto* const action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    QWidget::addAction(action);
    m_actions << action;
    return action;
}

void LogView::addActions()
{
    addAction(u"log.find"_s, tr("Find…"), QKeySequence::Find, [this] { beginSearch(); });
    addAction(u"log.findNext"_s, tr("Next match"), Qt::Key_F3, [this] { findNext(true); });
    addAction(u"log.findPrevious"_s, tr("Previous match"), Qt::SHIFT | Qt::Key_F3, [this] { findNext(false); });
    m_filterAction = addAction(u"log.filter"_s, tr("Filter to matching lines"), Qt::CTRL | Qt::SHIFT | Qt::Key_F,
                               [this] { setFiltering(m_filterAction->isChecked()); });
    m_filterAction->setCheckable(true);
    addAction(u"log.nextError"_s, tr("Next error"), Qt::Key_F8, [this] { findError(true); });
    addAction(u"log.previousError"_s, tr("Previous error"), Qt::SHIFT | Qt::Key_F8, [this] { findError(false); });
    addAction(u"log.bookmark"_s, tr("Toggle bookmark"), Qt::CTRL | Qt::Key_B, [this] { toggleBookmark(here()); });
    addAction(u"log.nextBookmark"_s, tr("Next bookmark"), Qt::ALT | Qt::Key_PageDown, [this] { goToBookmark(true); });
    addAction(u"log.previousBookmark"_s, tr("Previous bookmark"), Qt::ALT | Qt::Key_PageUp,
              [this] { goToBookmark(false); });
    addAction(u"log.goToLine"_s, tr("Go to line…"), Qt::CTRL | Qt::Key_G, [this] { goToLine(); });
    const auto copy = [this](bool withTimes) {
        (m_filterCanvas->hasFocus() ? m_filterCanvas : m_canvas)->copySelection(withTimes);
    };
    addAction(u"log.copy"_s, tr("Copy"), QKeySequence::Copy, [copy] { copy(false); });
    addAction(u"log.copyWithTimes"_s, tr("Copy with times"), Qt::CTRL | Qt::ALT | Qt::Key_C, [copy] { copy(true); });
    addAction(u"log.selectAll"_s, tr("Select all"), {}, [this] { m_canvas->selectAll(); });
    m_wrapAction = addAction(u"log.wrap"_s, tr("Wrap long lines"), Qt::ALT | Qt::Key_Z,
                             [this] { m_canvas->setWrapping(m_wrapAction->isChecked()); });
    m_wrapAction->setCheckable(true);
    m_timesAction = addAction(u"log.times"_s, tr("Show times"), Qt::ALT | Qt::Key_T, [this] {
        m_canvas->setShowingTimes(m_timesAction->isChecked());
        m_filterCanvas->setShowingTimes(m_timesAction->isChecked());
    });
    m_timesAction->setCheckable(true);
    addAction(u"log.follow"_s, tr("Follow the end"), {}, [this] { setFollowing(true); });
}

void LogView::showMenu(const QPoint& global)
{
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (auto* action : std::as_const(m_actions)) {
        const auto name = action->objectName();
        if (name == u"log.nextError"_s || name == u"log.bookmark"_s || name == u"log.goToLine"_s ||
            name == u"log.wrap"_s)
            menu->addSeparator();
        menu->addAction(action);
    }
    menu->popup(global);
}

qint64 LogView::here() const
{
    return m_canvas->caret().isValid() ? m_canvas->caret().line : m_canvas->topLine();
}

void LogView::findError(bool forward)
{
    if (!m_document.file())
        return;
    if (!m_errors.isActive())
        m_errors.startWithoutCounting(m_document.file(), Matcher::compile({errorExpression(), true, true}).value());
    // from the line's own match on, whichever column it is in: one press goes to another line
    const qint64 line = here();
    const qint64 after = m_document.lines()->next(line);
    const bool fresh = !m_canvas->caret().isValid();
    if (forward)
        m_errors.find(fresh ? line - 1 : after < 0 ? m_document.end() : after - 1, true);
    else
        m_errors.find(fresh ? m_document.end() : line, false);
}

void LogView::toggleBookmark(qint64 line)
{
    if (m_document.end() == 0)
        return;
    if (m_bookmarks.erase(line) == 0)
        m_bookmarks.insert(line);
    m_canvas->setBookmarks(m_bookmarks);
    m_filterCanvas->setBookmarks(m_bookmarks);
}

void LogView::goToBookmark(bool forward)
{
    if (m_bookmarks.empty())
        return;
    auto at = forward ? m_bookmarks.upper_bound(here()) : m_bookmarks.lower_bound(here());
    if (forward)
        at = at == m_bookmarks.end() ? m_bookmarks.begin() : at;
    else
        at = at == m_bookmarks.begin() ? std::prev(m_bookmarks.end()) : std::prev(at);
    m_canvas->showLine(*at);
}

void LogView::goToLine()
{
    auto* const dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(u"goToLineDialog"_s);
    dialog->setWindowTitle(tr("Go to Line"));
    dialog->setLabelText(tr("Line:"));
    dialog->setInputMode(QInputDialog::IntInput);
    dialog->setIntRange(1, int(std::clamp<qint64>(m_document.linesSeen() + 1, 1, INT_MAX)));
    connect(dialog, &QInputDialog::intValueSelected, this, [this](int number) {
        if (const auto offset = m_document.offsetOf(number - 1))
            m_canvas->showLine(*offset);
    });
    dialog->open();
}

} // namespace switchyard::ui
