#include "llm/provider.h"

namespace switchyard::llm {

Completion::Completion(QObject* parent) : QObject(parent)
{
    m_promise.start();
}

Completion::~Completion()
{
    finish(fail(ErrorCode::Cancelled, u"The call of the model was given up."_s));
}

void Completion::cancel()
{
    if (m_done)
        return;
    stop();
    finish(fail(ErrorCode::Cancelled, u"The call of the model was cancelled."_s));
}

void Completion::finish(Result<Answer> result)
{
    if (std::exchange(m_done, true))
        return;
    m_promise.addResult(std::move(result));
    m_promise.finish();
}

} // namespace switchyard::llm
