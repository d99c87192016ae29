#include "ui/confirm/confirm_dialog.h"

#include "ui/tasks/task_face.h"
#include "ui/theme/code_highlight.h"
#include "ui/theme/icons.h"

#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QTextCursor>
#include <QTextEdit>

namespace switchyard::ui {

namespace {

constexpr milliseconds hurry{60'000};

//! Words that do the harm, marked so that the eye finds them in a long line.
const QRegularExpression& dangerousWords()
{
    static const QRegularExpression words(
        u"(?<![\\w./"
        u"-])(rm|rmdir|unlink|shred|dd|mkfs(\\.\\w+)?|truncate|chmod|chown|chgrp|kill|killall|pkill|sudo|doas|su|"
        "find|xargs|reboot|shutdown|"
        "-[a-zA-Z]*[rR]f[a-zA-Z]*|-[a-zA-Z]*f[rR][a-zA-Z]*|--force(-with-lease)?|--hard|--delete|--recursive|--no-"
        "preserve-root|"
        "-delete|-exec|DROP|DELETE|TRUNCATE|drop|delete)(?![\\w-])"_s);
    return words;
}

QString tidy(const QString& path)
{
    const auto home = QDir::homePath();
    return path.startsWith(home + u'/') ? u"~"_s + path.mid(home.size()) : path;
}

} // namespace

ConfirmDialog::ConfirmDialog(client::EngineClient& client, client::TaskFeed& feed, QWidget* window, const Clock& clock)
    : QDialog(window), m_client(client), m_feed(feed), m_window(window), m_clock(clock)
{
    setObjectName(u"confirmDialog"_s);
    setWindowTitle(tr("A command needs your code"));
    setWindowModality(Qt::WindowModal);
    build();
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &ConfirmDialog::tick);
    m_delay.setSingleShot(true);
    connect(&m_delay, &QTimer::timeout, this, &ConfirmDialog::comeUp);
    // Only to know when the user types, and to keep early keys away: nothing else is touched.
    qApp->installEventFilter(this);
}

void ConfirmDialog::showCommand(const Confirmation& confirmation)
{
    const auto c = colorsFor(palette());
    m_command->setPlainText(confirmation.command);
    auto ranges = highlightCode(confirmation.command, u"Bash"_s, c.dark);
    auto all = dangerousWords().globalMatch(confirmation.command);
    while (all.hasNext()) {
        const auto match = all.next();
        QTextCharFormat marked;
        marked.setForeground(c.failed);
        marked.setFontWeight(QFont::Bold);
        marked.setUnderlineStyle(QTextCharFormat::SingleUnderline);
        ranges << QTextLayout::FormatRange{int(match.capturedStart()), int(match.capturedLength()), marked};
    }
    QTextCursor cursor(m_command->document());
    for (const auto& range : ranges) {
        cursor.setPosition(range.start);
        cursor.setPosition(range.start + range.length, QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(range.format);
    }
    const int lines =
        std::clamp(int(confirmation.command.count(u'\n')) + 1 + int(confirmation.command.size() / 70), 1, 8);
    m_command->setFixedHeight(lines * m_command->fontMetrics().lineSpacing() + 22);
}

void ConfirmDialog::showCurrent()
{
    const auto& confirmation = m_queue.first();
    m_current = confirmation.id;
    const auto* const task = m_feed.find(confirmation.task);
    const auto title = task ? task->spec.title : confirmation.task.toString();
    m_heading->setText(tr("“%1” wants to run a command that needs your code").arg(title));
    m_place->setText(m_queue.size() > 1 ? tr("1 of %1").arg(m_queue.size()) : QString());
    showCommand(confirmation);
    QStringList reasons;
    for (const auto& reason : confirmation.reasons)
        reasons << u"•  "_s + reason;
    m_reasons->setText(tr("Why you are asked:") + u'\n' + reasons.join(u'\n'));
    m_impact->clear();
    m_impact->addItems(confirmation.impact);
    if (confirmation.impact.isEmpty())
        m_impact->addItem(tr("It cannot be told beforehand what this touches."));
    for (int row = 0; row < m_impact->count(); ++row) {
        m_impact->item(row)->setSizeHint({10, m_impact->fontMetrics().lineSpacing() + 8});
        m_impact->item(row)->setTextAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    }
    const int rows = std::clamp(m_impact->count(), 1, 6);
    m_impact->setFixedHeight(rows * (m_impact->fontMetrics().lineSpacing() + 8) + 8);
    const bool agent = !task || task->spec.kind == TaskKind::Agent;
    QStringList facts;
    facts << tr("Folder: %1").arg(tidy(confirmation.cwd));
    if (!confirmation.branch.isEmpty())
        facts << tr("Branch: %1").arg(confirmation.branch);
    facts << tr("Task: %1, asked by %2")
                 .arg(confirmation.task.toString(), !agent ? tr("your command")
                                                    : task && task->spec.agent != u"builtin"
                                                        ? task->spec.agent
                                                        : tr("the built-in agent"));
    m_facts->setText(facts.join(u'\n'));
    showScopes(confirmation);
    m_code->clear();
    say({});
    setBusy(false);
    if (const int left = m_triesLeft.value(m_current, confirmation.triesLeft); left < 5)
        say(tr("%n try(s) left.", "wrong codes", left));
    tick();
    m_shown.restart();
    m_code->setFocus();
    layout()->activate();
    adjustSize();
    QAccessibleAnnouncementEvent said(this, m_heading->text() + u". "_s + confirmation.command);
    QAccessible::updateAccessibility(&said);
}

void ConfirmDialog::showScopes(const Confirmation& confirmation)
{
    m_scope->clear();
    m_scope->addItem(tr("this once"), u"once"_s);
    for (const auto& offer : confirmation.offers) {
        if (offer.scope == u"task")
            m_scope->addItem(tr("this command again, until the task ends"), offer.scope);
        else if (offer.scope == u"folder")
            m_scope->addItem(tr("deleting inside %1/, in all tasks of this project").arg(offer.folder), offer.scope);
    }
    m_scope->setCurrentIndex(0);
    const bool choice = m_scope->count() > 1;
    m_scopeLabel->setVisible(choice);
    m_scope->setVisible(choice);
}

void ConfirmDialog::tick()
{
    if (!isVisible() && m_second.isActive()) {
        m_second.stop();
        return;
    }
    if (m_queue.isEmpty())
        return;
    const auto left = m_queue.first().deadline - m_clock.now();
    colorCountdown();
    if (left.count() <= 0) {
        m_countdown->setText(tr("time is up"));
        say(tr("There was no answer in time: the command is refused."));
        return;
    }
    // Rounded up: it begins with the whole time and ends at 0:01.
    const auto seconds = (left.count() + 999) / 1000;
    m_countdown->setText(tr("%1 left").arg(u"%1:%2"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'))));
}

void ConfirmDialog::colorCountdown()
{
    const auto c = colorsFor(palette());
    auto colors = m_countdown->palette();
    colors.setColor(QPalette::WindowText, m_queue.first().deadline - m_clock.now() < hurry ? c.failed : c.muted);
    m_countdown->setPalette(colors);
}

//! The colours that were given once, after a change between light and dark.
void ConfirmDialog::colorAnew()
{
    m_sign->setPixmap(iconPixmap(u"warning"_s, 28, colorsFor(palette()).needsYou, devicePixelRatioF()));
    if (m_queue.isEmpty())
        return;
    colorCountdown();
    showCommand(m_queue.first());
    auto colors = palette();
    colors.setColor(QPalette::WindowText, colorsFor(palette()).failed);
    m_message->setPalette(colors);
}

void ConfirmDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_sign)
        colorAnew();
}

void ConfirmDialog::say(const QString& text)
{
    auto colors = palette();
    colors.setColor(QPalette::WindowText, colorsFor(palette()).failed);
    m_message->setPalette(colors);
    m_message->setText(text);
    if (text.isEmpty())
        return;
    QAccessibleAnnouncementEvent said(m_message, text);
    QAccessible::updateAccessibility(&said);
}

void ConfirmDialog::setBusy(bool busy)
{
    m_busy = busy;
    m_deny->setEnabled(!busy);
    m_denyAndStop->setEnabled(!busy);
    m_code->setEnabled(!busy);
    m_scope->setEnabled(!busy);
    m_allow->setEnabled(!busy && !m_code->text().isEmpty());
}

void ConfirmDialog::allow()
{
    if (m_code->text().isEmpty()) {
        say(tr("Type your code to allow it."));
        return;
    }
    answer(true, Secret(m_code->text().toUtf8()), false);
}

void ConfirmDialog::deny(bool stop)
{
    answer(false, {}, stop);
}

void ConfirmDialog::reject()
{
    if (!m_busy)
        deny(false);
}

void ConfirmDialog::answer(bool allowed, const Secret& code, bool stop)
{
    if (m_busy || m_queue.isEmpty())
        return;
    const auto confirmation = m_queue.first();
    const auto scope = allowed ? m_scope->currentData().toString() : u"once"_s;
    setBusy(true);
    QCoro::connect(m_client.answerConfirmation(confirmation.id, allowed, code, scope), this,
                   [this, confirmation, stop](const Result<>& done) {
                       const bool current = m_current == confirmation.id;
                       if (current)
                           setBusy(false);
                       if (done || done.error().code == ErrorCode::Conflict ||
                           done.error().code == ErrorCode::NotFound) {
                           // Given, or somebody else was first: either way it is no longer open.
                           m_answered << confirmation.id;
                           if (stop)
                               Q_EMIT stopWanted(confirmation.task);
                           refresh();
                           return;
                       }
                       if (!current || !isVisible()) {
                           Q_EMIT failed(done.error());
                           return;
                       }
                       static const QRegularExpression number(u"\\d+"_s);
                       if (const auto tries = number.match(done.error().hint);
                           done.error().code == ErrorCode::Forbidden && tries.hasMatch())
                           m_triesLeft.insert(confirmation.id, tries.captured().toInt());
                       const auto& error = done.error();
                       if (error.code == ErrorCode::Forbidden && m_triesLeft.contains(confirmation.id))
                           say(tr("That code is wrong. %n try(s) left.", nullptr, m_triesLeft.value(confirmation.id)));
                       else
                           say(error.hint.isEmpty() ? error.message : error.message + u' ' + error.hint);
                       m_code->clear();
                       m_code->setFocus();
                   });
}

} // namespace switchyard::ui
