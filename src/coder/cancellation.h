#pragma once

#include <QObject>

namespace switchyard::coder {

//! Whether the running turn was asked to stop. One per session; reset when a turn begins.
class Cancellation : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    bool isRequested() const { return m_requested; }
    void reset() { m_requested = false; }
    void request()
    {
        if (!std::exchange(m_requested, true))
            Q_EMIT requested();
    }

Q_SIGNALS:
    void requested(); //!< once per turn

private:
    bool m_requested = false;
};

} // namespace switchyard::coder
