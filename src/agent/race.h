#pragma once

#include "base/result.h"

#include <QCoro/QCoroFuture>
#include <QPromise>

namespace switchyard::agent {

//! A value that several may give, of whom the first wins: an answer, a cancellation, a limit. Kept by shared_ptr, so
//! that a late one finds something to be late for. Who awaits is resumed from the event loop.
template <typename T>
class Race
{
public:
    Race() { m_promise.start(); }
    ~Race()
    {
        if (!m_settled)
            m_promise.finish(); // nobody is left to await it
    }
    bool isSettled() const { return m_settled; }
    void settle(T value)
    {
        if (std::exchange(m_settled, true))
            return;
        m_promise.addResult(std::move(value));
        m_promise.finish();
    }
    QFuture<T> result() { return m_promise.future(); }

private:
    QPromise<T> m_promise;
    bool m_settled = false;
};

//! Lets a coroutine take part.
template <typename T>
QCoro::Task<> settleWith(std::shared_ptr<Race<T>> race, QCoro::Task<T> task)
{
    race->settle(co_await std::move(task));
}

} // namespace switchyard::agent
