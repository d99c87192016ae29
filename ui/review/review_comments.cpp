#include "ui/review/review_comments.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

QString reviewMessage(const QList<ReviewComment>& comments)
{
    QString text = u"Review comments on your change. Address each of them, then run the tests again.\n"_s;
    for (const auto& comment : comments) {
        text +=
            u"\n%1:%2%3\n"_s.arg(comment.path).arg(comment.line).arg(comment.old ? u" (removed line)"_s : QString());
        if (!comment.code.trimmed().isEmpty())
            text += u"> %1\n"_s.arg(comment.code.trimmed().left(200));
        text += comment.text + u'\n';
    }
    return text;
}

CommentsBar::CommentsBar(QWidget* parent)
    : QWidget(parent),
      m_edit(new QWidget(this)),
      m_where(new QLabel(m_edit)),
      m_text(new QLineEdit(m_edit)),
      m_list(new QListWidget(this)),
      m_send(new QPushButton(this))
{
    setObjectName(u"reviewComments"_s);
    m_where->setTextFormat(Qt::PlainText);
    m_where->setObjectName(u"commentWhere"_s);
    m_text->setObjectName(u"commentField"_s);
    m_text->setAccessibleName(tr("Comment on this line"));
    m_text->setPlaceholderText(tr("What should be different here?  Enter keeps it, Esc drops it"));
    m_text->installEventFilter(this);
    auto* const row = new QHBoxLayout(m_edit);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_where);
    row->addWidget(m_text, 1);
    m_list->setObjectName(u"commentList"_s);
    m_list->setAccessibleName(tr("Comments collected"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMaximumHeight(92);
    m_list->setToolTip(tr("Delete removes a comment, Enter changes it"));
    m_list->installEventFilter(this);
    m_send->setObjectName(u"sendCommentsButton"_s);
    m_send->setAutoDefault(false);
    auto* const lower = new QHBoxLayout;
    lower->addWidget(m_list, 1);
    lower->addWidget(m_send, 0, Qt::AlignBottom);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(12, 6, 12, 6);
    column->setSpacing(6);
    column->addWidget(m_edit);
    column->addLayout(lower);
    connect(m_text, &QLineEdit::returnPressed, this, &CommentsBar::add);
    connect(m_send, &QPushButton::clicked, this, [this] {
        if (!m_comments.isEmpty())
            Q_EMIT sendWanted(reviewMessage(m_comments));
    });
    show();
}

void CommentsBar::setComments(const QList<ReviewComment>& comments)
{
    m_comments = comments;
    m_editing = false;
    show();
}

void CommentsBar::setTaskRuns(bool runs)
{
    m_runs = runs;
    show();
}

void CommentsBar::begin(const ReviewComment& about)
{
    m_about = about;
    m_editing = true;
    m_where->setText(u"%1:%2"_s.arg(about.path).arg(about.line));
    m_text->setText(about.text);
    show();
    m_text->setFocus();
}

void CommentsBar::add()
{
    m_about.text = m_text->text().trimmed();
    if (!m_about.text.isEmpty()) {
        const auto known = std::ranges::find_if(m_comments, [this](const ReviewComment& comment) {
            return comment.path == m_about.path && comment.line == m_about.line && comment.old == m_about.old;
        });
        if (known == m_comments.end())
            m_comments << m_about;
        else
            *known = m_about;
        Q_EMIT changed();
    }
    m_editing = false;
    show();
    Q_EMIT left();
}

void CommentsBar::show()
{
    m_edit->setVisible(m_editing);
    m_list->clear();
    for (const auto& comment : m_comments)
        m_list->addItem(u"%1:%2   %3"_s.arg(comment.path).arg(comment.line).arg(comment.text));
    m_list->setVisible(!m_comments.isEmpty());
    m_send->setVisible(!m_comments.isEmpty());
    m_send->setText(m_runs ? tr("Tell the agent %n comment(s)", nullptr, int(m_comments.size()))
                           : tr("Start an attempt with %n comment(s)", nullptr, int(m_comments.size())));
    setVisible(m_editing || !m_comments.isEmpty());
}

bool CommentsBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return QWidget::eventFilter(watched, event);
    const auto key = static_cast<QKeyEvent*>(event)->key();
    if (watched == m_text && key == Qt::Key_Escape) {
        event->accept(); // also as a shortcut of somebody else's
        if (event->type() == QEvent::KeyPress) {
            m_editing = false;
            show();
            Q_EMIT left();
        }
        return true;
    }
    const int row = m_list->currentRow();
    if (watched == m_list && row >= 0 && event->type() == QEvent::KeyPress) {
        if (key == Qt::Key_Delete || key == Qt::Key_Backspace) {
            m_comments.removeAt(row);
            show();
            Q_EMIT changed();
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            begin(m_comments.at(row));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace switchyard::ui
