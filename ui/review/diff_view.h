#pragma once

#include "model/diff.h"

#include "ui/review/diff_files.h"
#include "ui/review/review_comments.h"

#include <QWidget>

class QAction;
class QLabel;
class QSplitter;
class QToolButton;
class QTreeView;

namespace switchyard::ui {

class DiffCanvas;

//! What a task has changed: files with their counts at the left, the lines at the right, unified or side by side. May
//! be given a newer diff at any time: what is read stays in place. Keys in the lines: J and K next and previous hunk, L
//! and H next and previous file, V viewed, Enter folds the file.
class DiffView : public QWidget
{
    Q_OBJECT
public:
    explicit DiffView(QWidget* parent = nullptr);

    void setDiff(const Diff& diff);
    void clear();
    void setSideBySide(bool sideBySide);
    bool isSideBySide() const;
    void setIgnoringBlanks(bool ignore);
    bool isIgnoringBlanks() const;
    //! Says that the diff is being made, unless there is one to be seen already.
    void setLoading(bool loading);
    //! Says why there is none. A diff shown before stays, with the sentence above it.
    void showError(const QString& sentence);
    //! Comments on lines, collected until they are sent; C and a double click on a number begin one.
    void setComments(const QList<ReviewComment>& comments);
    const QList<ReviewComment>& comments() const { return m_comments->comments(); }
    void setTaskRuns(bool runs) { m_comments->setTaskRuns(runs); }
    //! What was checked and whether it can be merged, above the files; empty: nothing is known.
    void setVerdict(const QString& text, bool good);
    QSet<QString> viewed() const { return m_viewed; } //!< paths; a file that changes again is not viewed any more

Q_SIGNALS:
    void sideBySideChanged(bool sideBySide);
    void viewedChanged();
    void commentsChanged();
    void commentsReady(const QString& message); //!< to be sent to the agent

private:
    QWidget* makeParts();
    void connectParts();
    QToolButton* addSwitch(const QString& name, const QString& text, const QString& tip);
    void applyOptions();
    void toggleViewed(int file);
    void toggleFolded(int file);
    void forgetChangedFiles(const Diff& diff);
    void comment();
    void showMarks();
    void updateMessage();
    void updateSummary();

    DiffFilesModel m_model;
    DiffFilesDelegate m_delegate;
    QSet<QString> m_viewed, m_folded;
    QString m_problem;
    bool m_loading = false;
    QWidget* m_head;
    QLabel *m_summary, *m_progress, *m_error, *m_verdict;
    CommentsBar* m_comments;
    QToolButton *m_sideBySide, *m_ignoreBlanks;
    QTreeView* m_files;
    DiffCanvas* m_lines;
};

} // namespace switchyard::ui
