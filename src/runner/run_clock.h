#pragma once

#include "base/clock.h"

#include <QObject>
#include <QTimer>

namespace switchyard::runner {

//! How long a run has worked: pauses and waits for the user do not count. Says when the limit is met.
class RunClock : public QObject
{
    Q_OBJECT
public:
    //! `limit` zero: none.
    RunClock(const Clock& clock, milliseconds limit, QObject* parent = nullptr);

    void setTicking(bool ticking); //!< starts stopped
    milliseconds elapsed() const;

Q_SIGNALS:
    void limitReached(); //!< once

private:
    void look();
    const Clock& m_clock;
    const milliseconds m_limit;
    milliseconds m_counted{0};
    std::optional<milliseconds> m_since;
    QTimer m_timer;
};

} // namespace switchyard::runner
