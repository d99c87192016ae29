#pragma once

#include "ui/log/log_document.h"
#include "ui/log/log_search.h"

#include <QList>
#include <QWidget>

#include <functional>
#include <memory>
#include <set>

class QAction;
class QLabel;
class QSplitter;

namespace switchyard::ui {

class LogCanvas;
class PillButton;
class SearchBar;

//! The output of a task: the file on disk, of any size, growing or not. Follows the end, searches and counts in the
//! background, filters, finds errors, keeps bookmarks; complete by keyboard. Reads only what it shows.
class LogView : public QWidget
{
    Q_OBJECT
public:
    explicit LogView(QWidget* parent = nullptr);
    ~LogView() override;

    //! Shows the log at this path; it need not exist yet. Begins at its end when following, else at its first line.
    //! Where it cannot be opened the reader gets it.
    void setLog(const QString& path, LogReader reader = {});
    void wake(); //!< there may be more of it: a reader that is asked is asked at once
    void clear();
    void setFollowing(bool following);
    bool isFollowing() const;
    //! Find, filter, errors, bookmarks, wrapping …, each with its shortcut and an object name ("log.find"): for menus
    //! and a palette of commands. The shortcuts work while the view has the focus.
    QList<QAction*> logActions() const { return m_actions; }
    void find(const QString& text); //!< opens the search with this text

Q_SIGNALS:
    void followingChanged(bool following);
    void openLocation(const QString& file, int line);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void addActions();
    QAction* addAction(const QString& name, const QString& text, const QKeySequence& keys, std::function<void()> run);
    void onReset();
    void onGrew();
    void onFollowingChanged(bool following);
    void updateMessage();
    void updateNote();
    void updateFollowButton();
    void beginSearch();
    void closeSearch();
    void startSearch();
    void findNext(bool forward);
    void findError(bool forward);
    void setFiltering(bool filtering);
    void startFilter();
    void toggleBookmark(qint64 line);
    void goToBookmark(bool forward);
    void goToLine();
    qint64 here() const; //!< the line one is at
    void showMenu(const QPoint& global);

    LogDocument m_document;
    LogSearch m_search, m_errors;
    LogFilter m_filter;
    std::shared_ptr<const Matcher> m_matcher; //!< of the search; null: none
    LogHit m_hit;
    qint64 m_hitNumber = 0, m_total = 0;
    bool m_totalComplete = false;
    std::set<qint64> m_bookmarks;
    qint64 m_endWhenStopped = 0;   //!< of following: where the log ended…
    qint64 m_linesWhenStopped = 0; //!< … and its lines up to there
    std::unique_ptr<SelectedLines> m_filtered;

    SearchBar* m_bar;
    QLabel* m_note; //!< on what a reader has got so far
    QSplitter* m_splitter;
    LogCanvas* m_canvas;
    QWidget* m_filterPane;
    QLabel* m_filterTitle;
    LogCanvas* m_filterCanvas;
    PillButton* m_followButton;
    QAction *m_wrapAction = nullptr, *m_timesAction = nullptr, *m_filterAction = nullptr;
    QList<QAction*> m_actions;
};

} // namespace switchyard::ui
