#include "base/ids.h"

#include <QRandomGenerator>
#include <QUuid>

#include <algorithm>

namespace switchyard {

Result<TaskId> TaskId::parse(QStringView text)
{
    const auto wrong = [&] {
        return fail(ErrorCode::Invalid, u"“%1” is not a task id."_s.arg(text.left(40)),
                    u"A task id has six characters, such as a7f3c1; see `swy tasks list`."_s);
    };
    auto digits = text.trimmed();
    if (digits.startsWith(u'#'))
        digits = digits.sliced(1);
    if (digits.size() != 6)
        return wrong();
    TaskId id;
    id.m_text = digits.toString().toLower();
    const bool hexadecimal =
        std::ranges::all_of(id.m_text, [](QChar c) { return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f'); });
    if (!hexadecimal)
        return wrong();
    return id;
}

TaskId TaskId::random()
{
    TaskId id;
    id.m_text = u"%1"_s.arg(QRandomGenerator::system()->bounded(1u << 24), 6, 16, QLatin1Char('0'));
    return id;
}

QString newUuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace switchyard
