#pragma once

#include <QList>
#include <QString>
#include <QWidget>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace switchyard::ui {

//! A remark on one line of a change.
struct ReviewComment {
    QString path;
    int line = 0;     //!< in the new file, or in the old one for a removed line
    bool old = false; //!< on a removed line
    QString code;     //!< that line
    QString text;
    bool operator==(const ReviewComment&) const = default;
};

//! All of them as the one message that the agent gets. For the agent, so in English whatever the user speaks.
QString reviewMessage(const QList<ReviewComment>& comments);

//! "reviewComments", below the lines: a field for the comment at hand, those collected so far, and the button that
//! sends them. Not there while there is nothing to show.
class CommentsBar : public QWidget
{
    Q_OBJECT
public:
    explicit CommentsBar(QWidget* parent = nullptr);
    void setComments(const QList<ReviewComment>& comments);
    const QList<ReviewComment>& comments() const { return m_comments; }
    void begin(const ReviewComment& about); //!< opens the field for this line
    //! What the button does with them at the moment: told at once, or another attempt.
    void setTaskRuns(bool runs);

Q_SIGNALS:
    void changed();
    void sendWanted(const QString& message);
    void left(); //!< the field was closed: the focus belongs to the lines again

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void add();
    void show();
    QList<ReviewComment> m_comments;
    ReviewComment m_about;
    bool m_runs = false, m_editing = false;
    QWidget* m_edit;
    QLabel* m_where;
    QLineEdit* m_text;
    QListWidget* m_list;
    QPushButton* m_send;
};

} // namespace switchyard::ui
