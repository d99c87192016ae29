#include "ui/confirm/confirm_dialog.h"

#include "ui/tasks/task_face.h"
#include "ui/theme/code_highlight.h"
#include "ui/theme/icons.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QComboBox>
#include <QDir>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QTextBlock>
#include <QTextEdit>
#include <QWindow>

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

void ConfirmDialog::build()
{
    m_sign = new QLabel(this);
    m_sign->setAccessibleName(tr("Warning"));
    m_heading = new QLabel(this);
    m_heading->setObjectName(u"confirmHeading"_s);
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setWordWrap(true);
    auto strong = font();
    strong.setPixelSize(16);
    strong.setWeight(QFont::DemiBold);
    m_heading->setFont(strong);
    m_place = new QLabel(this);
    m_place->setObjectName(u"confirmPlace"_s);
    m_place->setForegroundRole(QPalette::PlaceholderText);
    m_countdown = new QLabel(this);
    m_countdown->setObjectName(u"countdown"_s);
    m_countdown->setAlignment(Qt::AlignRight | Qt::AlignTop);
    auto* const top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_sign, 0, Qt::AlignTop);
    top->addWidget(m_heading, 1);
    auto* const corner = new QVBoxLayout;
    corner->addWidget(m_countdown);
    corner->addWidget(m_place, 0, Qt::AlignRight);
    top->addLayout(corner);

    m_command = new QTextEdit(this);
    m_command->setObjectName(u"confirmCommand"_s);
    m_command->setAccessibleName(tr("Command"));
    m_command->setReadOnly(true);
    m_command->setTabChangesFocus(true);
    auto mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPixelSize(fontInfo().pixelSize());
    m_command->setFont(mono);
    m_command->document()->setDocumentMargin(9);
    m_reasons = new QLabel(this);
    m_reasons->setObjectName(u"confirmReasons"_s);
    m_reasons->setTextFormat(Qt::PlainText);
    m_reasons->setWordWrap(true);

    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(22, 20, 22, 18);
    column->setSpacing(12);
    column->addLayout(top);
    column->addWidget(m_command);
    column->addWidget(m_reasons);
    column->addWidget(makeFacts());
    column->addWidget(makeButtons());
    setMinimumWidth(580);
    colorAnew();
    for (auto* const child : findChildren<QWidget*>())
        child->setAttribute(Qt::WA_InputMethodEnabled, child == m_code);
}

QWidget* ConfirmDialog::makeFacts()
{
    auto* const box = new QWidget(this);
    auto* const column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_impactTitle = new QLabel(tr("What it would touch"), box);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    m_impactTitle->setFont(strong);
    m_impact = new QListWidget(box);
    m_impact->setObjectName(u"confirmImpact"_s);
    m_impact->setAccessibleName(m_impactTitle->text());
    m_impact->setSelectionMode(QAbstractItemView::NoSelection);
    m_impact->setWordWrap(true);
    m_facts = new QLabel(box);
    m_facts->setObjectName(u"confirmFacts"_s);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setWordWrap(true);
    m_facts->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_impactTitle);
    column->addWidget(m_impact);
    column->addSpacing(2);
    column->addWidget(m_facts);
    return box;
}

QWidget* ConfirmDialog::makeButtons()
{
    auto* const box = new QWidget(this);
    auto* const column = new QVBoxLayout(box);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(8);
    auto* const codeRow = new QHBoxLayout;
    auto* const label = new QLabel(tr("Confirmation &code:"), box);
    m_code = new QLineEdit(box);
    m_code->setObjectName(u"codeField"_s);
    m_code->setAccessibleName(tr("Confirmation code"));
    m_code->setEchoMode(QLineEdit::Password);
    m_code->setInputMethodHints(Qt::ImhDigitsOnly | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData);
    m_code->setMaxLength(128);
    label->setBuddy(m_code);
    codeRow->addWidget(label);
    codeRow->addWidget(m_code, 1);
    auto* const scopeRow = new QHBoxLayout;
    m_scopeLabel = new QLabel(tr("Al&low:"), box);
    m_scope = new QComboBox(box);
    m_scope->setObjectName(u"scopeChoice"_s);
    m_scope->setAccessibleName(tr("How much to allow"));
    m_scopeLabel->setBuddy(m_scope);
    scopeRow->addWidget(m_scopeLabel);
    scopeRow->addWidget(m_scope, 1);
    m_message = new QLabel(box);
    m_message->setObjectName(u"confirmMessage"_s);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setMinimumHeight(m_message->fontMetrics().height());
    auto* const row = new QHBoxLayout;
    row->setSpacing(8);
    m_denyAndStop = new QPushButton(icon(u"cancel"_s), tr("Deny and &stop the task"), box);
    m_denyAndStop->setObjectName(u"denyAndStopButton"_s);
    m_deny = new QPushButton(tr("&Deny"), box);
    m_deny->setObjectName(u"denyButton"_s);
    m_deny->setToolTip(tr("Esc"));
    m_allow = new QPushButton(tr("&Allow this command"), box);
    m_allow->setObjectName(u"allowButton"_s);
    for (auto* const button : {m_denyAndStop, m_deny, m_allow}) {
        button->setAutoDefault(false); // Enter never approves by accident: only in the code field, with a code in it
        button->setDefault(false);
    }
    row->addWidget(m_denyAndStop);
    row->addStretch(1);
    row->addWidget(m_deny);
    row->addWidget(m_allow);
    column->addLayout(codeRow);
    column->addLayout(scopeRow);
    column->addWidget(m_message);
    column->addLayout(row);
    connect(m_allow, &QPushButton::clicked, this, &ConfirmDialog::allow);
    connect(m_deny, &QPushButton::clicked, this, [this] { deny(false); });
    connect(m_denyAndStop, &QPushButton::clicked, this, [this] { deny(true); });
    connect(m_code, &QLineEdit::returnPressed, this, &ConfirmDialog::allow);
    connect(m_code, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_allow->setEnabled(!text.isEmpty() && !m_busy); });
    m_allow->setEnabled(false);
    setTabOrder(m_code, m_scope);
    setTabOrder(m_scope, m_allow);
    setTabOrder(m_allow, m_deny);
    setTabOrder(m_deny, m_denyAndStop);
    setTabOrder(m_denyAndStop, m_command);
    return box;
}

void ConfirmDialog::refresh()
{
    QList<Confirmation> open;
    QSet<QString> known;
    for (const auto& task : m_feed.all()) {
        for (const auto& confirmation : task.waitingFor) {
            known << confirmation.id;
            if (!m_answered.contains(confirmation.id))
                open << confirmation;
        }
    }
    m_answered.intersect(known);
    std::ranges::stable_sort(open, [this](const Confirmation& a, const Confirmation& b) {
        const bool firstA = a.task == m_first, firstB = b.task == m_first;
        return firstA != firstB           ? firstA
               : a.deadline != b.deadline ? a.deadline < b.deadline
                                          : a.id < b.id; // the tasks come in no order
    });
    // Whatever is being read stays in front, whoever else comes.
    const auto shown = std::ranges::find(open, m_current, &Confirmation::id);
    if (isVisible() && shown != open.end() && shown != open.begin() && m_first.isNull())
        std::rotate(open.begin(), shown, shown + 1);
    m_queue = std::move(open);
    if (m_queue.isEmpty()) {
        m_delay.stop();
        m_current.clear();
        if (isVisible())
            done(Accepted);
        return;
    }
    if (isVisible()) {
        if (m_queue.first().id != m_current)
            showCurrent();
        else
            m_place->setText(m_queue.size() > 1 ? tr("1 of %1").arg(m_queue.size()) : QString());
    } else if (!m_delay.isActive()) {
        m_wanted.start();
        comeUp();
    }
}

void ConfirmDialog::bringUp(const TaskId& task)
{
    m_first = task;
    refresh();
    m_first = {};
    m_delay.stop();
    if (!m_queue.isEmpty() && !isVisible()) {
        m_lastKey.invalidate();
        comeUp();
    }
    if (isVisible()) {
        raise();
        activateWindow();
    }
}

void ConfirmDialog::comeUp()
{
    if (m_queue.isEmpty() || isVisible() || !m_window->isVisible())
        return; // in the tray only: the notification asks, and the window will when it is opened
    const bool active = m_window->isActiveWindow() && !m_window->isMinimized();
    const bool typing = active && m_lastKey.isValid() && m_lastKey.durationElapsed() < typingPause;
    if (typing && m_wanted.isValid() && m_wanted.durationElapsed() < longestDelay) {
        m_delay.start(typingPause - std::chrono::duration_cast<milliseconds>(m_lastKey.durationElapsed()) +
                      milliseconds(10));
        return;
    }
    // As a dialog of a minimised window it would stay away with it, or bring it back and take the keyboard: on its own.
    if (const auto kind = m_window->isMinimized() ? Qt::Window : Qt::Dialog; windowType() != kind)
        setWindowFlags((windowFlags() & ~Qt::WindowType_Mask) | kind);
    showCurrent();
    setAttribute(Qt::WA_ShowWithoutActivating, !active);
    if (active) {
        open();
    } else {
        // A modal window takes the keyboard on X11, whoever has it. It becomes modal when the user comes to our window.
        setWindowModality(Qt::NonModal);
        show();
    }
    m_shown.restart();
    m_second.start();
    if (!active) {
        QApplication::alert(m_window);
        if (m_window->isMinimized())
            QApplication::alert(this);
    }
}

void ConfirmDialog::windowIsBack()
{
    if (!m_window->isActiveWindow() || m_window->isMinimized())
        return;
    if (isVisible() && !isModal())
        hide();
    comeUp();
}

void ConfirmDialog::callIfAway()
{
    if (!m_window->isActiveWindow() && !isActiveWindow() && !m_queue.isEmpty())
        QApplication::alert(m_window);
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
    for (int row = 0; row < m_impact->count(); ++row)
        m_impact->item(row)->setSizeHint({10, m_impact->fontMetrics().lineSpacing() + 8});
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

bool ConfirmDialog::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::ShortcutOverride:
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonDblClick: {
        const auto* const widget = qobject_cast<QWidget*>(watched);
        const auto* const handle = qobject_cast<QWindow*>(watched);
        const bool here = (widget && (widget == this || isAncestorOf(widget))) || (handle && handle == windowHandle());
        if (here && isVisible() && m_shown.isValid() && m_shown.durationElapsed() < guard) {
            event->accept();
            return true;
        }
        if (!here && widget && event->type() == QEvent::KeyPress)
            m_lastKey.start();
        break;
    }
    case QEvent::WindowDeactivate:
        // It came up just when the user turned to another program: they have hardly seen it.
        if (watched == m_window && !m_queue.isEmpty() && m_wanted.isValid() && m_wanted.durationElapsed() < justNow)
            QMetaObject::invokeMethod(this, &ConfirmDialog::callIfAway, Qt::QueuedConnection);
        break;
    case QEvent::WindowActivate:
    case QEvent::WindowStateChange:
        if (watched == m_window && !m_queue.isEmpty())
            QMetaObject::invokeMethod(this, &ConfirmDialog::windowIsBack, Qt::QueuedConnection);
        break;
    default:
        break;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace switchyard::ui
