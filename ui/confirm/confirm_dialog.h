#pragma once

#include "client/task_feed.h"

#include <QDialog>
#include <QElapsedTimer>
#include <QSet>
#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QTextEdit;

namespace switchyard::ui {

//! "confirmDialog": the one place where a destructive command is allowed. Shows all open confirmations of the feed one
//! after the other ("1 of 4"), opens and closes itself with them. Approval needs the code; Esc refuses. Keys and clicks
//! of the first half second after a command comes up are ignored, and it waits with coming up while the user types
//! elsewhere.
class ConfirmDialog : public QDialog
{
    Q_OBJECT
public:
    static constexpr milliseconds guard{500};         //!< keys typed before the user can have read anything
    static constexpr milliseconds typingPause{1200};  //!< without a key elsewhere before it comes up…
    static constexpr milliseconds longestDelay{6000}; //!< … but no later than this
    static constexpr milliseconds justNow{2000};      //!< the user who left so soon after it came has not seen it

    ConfirmDialog(client::EngineClient& client, client::TaskFeed& feed, QWidget* window,
                  const Clock& clock = Clock::system());

    //! Looks at the feed again: what is open, what has been answered elsewhere.
    void refresh();
    //! Puts the confirmation of this task first, and comes up at once.
    void bringUp(const TaskId& task);
    int waiting() const { return int(m_queue.size()); }

Q_SIGNALS:
    void stopWanted(const switchyard::TaskId& task); //!< denied, and the task is to be cancelled
    void failed(const switchyard::Error& error);     //!< of an answer that could not be given

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void reject() override; //!< Esc and the window's cross: deny

private:
    void build();
    QWidget* makeFacts();
    QWidget* makeButtons();
    void comeUp();
    void windowIsBack();
    void callIfAway();
    void showCurrent();
    void showCommand(const Confirmation& confirmation);
    void showScopes(const Confirmation& confirmation);
    void tick();
    void colorCountdown();
    void colorAnew();
    void allow();
    void deny(bool stop);
    void answer(bool allowed, const Secret& code, bool stop);
    void say(const QString& text);
    void setBusy(bool busy);

    client::EngineClient& m_client;
    client::TaskFeed& m_feed;
    QWidget* const m_window;
    const Clock& m_clock;
    QList<Confirmation> m_queue;
    QHash<QString, int> m_triesLeft; //!< as the engine said, by confirmation
    QSet<QString> m_answered;        //!< given here; the event that says so is on its way
    TaskId m_first;                  //!< shown before the others
    QString m_current;
    bool m_busy = false;
    QElapsedTimer m_shown, m_lastKey, m_wanted;
    QTimer m_second, m_delay;

    QLabel* m_sign = nullptr;
    QLabel *m_heading, *m_place, *m_reasons, *m_facts, *m_impactTitle, *m_countdown, *m_message;
    QTextEdit* m_command;
    QListWidget* m_impact;
    QLineEdit* m_code;
    QLabel* m_scopeLabel;
    QComboBox* m_scope; //!< how much the code allows; only where more than this once is offered
    QPushButton *m_allow, *m_deny, *m_denyAndStop;
};

} // namespace switchyard::ui
