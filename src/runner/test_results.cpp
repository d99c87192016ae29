#include "runner/test_results.h"

#include <QRegularExpression>

namespace switchyard::runner {

namespace {

using namespace Qt::StringLiterals;

QRegularExpressionMatch lastMatch(const QRegularExpression& pattern, const QString& text)
{
    QRegularExpressionMatch last;
    for (auto matches = pattern.globalMatch(text); matches.hasNext();)
        last = matches.next();
    return last;
}

//! The number before a word, as in "3 failed, 12 passed".
int countBefore(const QString& line, const QString& word)
{
    const auto match = QRegularExpression(u"(\\d+) (?:tests? )?"_s + word).match(line);
    return match.hasMatch() ? match.captured(1).toInt() : 0;
}

std::optional<TestResult> unittest(const QString& text)
{
    static const QRegularExpression ran(u"^Ran (\\d+) tests? in "_s, QRegularExpression::MultilineOption);
    static const QRegularExpression verdict(u"^(OK|FAILED)(?: \\((.*)\\))?$"_s, QRegularExpression::MultilineOption);
    const auto total = lastMatch(ran, text);
    const auto end = lastMatch(verdict, text);
    if (!total.hasMatch() || !end.hasMatch())
        return std::nullopt;
    const auto part = [&](const QString& name) {
        return QRegularExpression(name + u"=(\\d+)"_s).match(end.captured(2)).captured(1).toInt();
    };
    TestResult result{u"unittest"_s, 0, part(u"failures"_s) + part(u"errors"_s), part(u"skipped"_s)};
    result.passed = total.captured(1).toInt() - result.failed - result.skipped;
    return result;
}

std::optional<TestResult> pytest(const QString& text)
{
    static const QRegularExpression summary(
        u"^(?:=+ )?((?:\\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|warnings?|deselected)(?:, )?)+) in [\\d.]+s"_s,
        QRegularExpression::MultilineOption);
    const auto end = lastMatch(summary, text);
    if (!end.hasMatch())
        return std::nullopt;
    const auto line = end.captured(1);
    return TestResult{u"pytest"_s, countBefore(line, u"passed"_s),
                      countBefore(line, u"failed"_s) + countBefore(line, u"error"_s), countBefore(line, u"skipped"_s)};
}

std::optional<TestResult> ctest(const QString& text)
{
    static const QRegularExpression summary(u"\\d+% tests passed, (\\d+) tests? failed out of (\\d+)"_s);
    const auto end = lastMatch(summary, text);
    if (!end.hasMatch())
        return std::nullopt;
    const auto failed = end.captured(1).toInt();
    return TestResult{u"ctest"_s, end.captured(2).toInt() - failed, failed, 0};
}

std::optional<TestResult> cargo(const QString& text)
{
    static const QRegularExpression summary(u"test result: \\w+\\. (\\d+) passed; (\\d+) failed; (\\d+) ignored"_s);
    std::optional<TestResult> sum;
    for (auto matches = summary.globalMatch(text); matches.hasNext();) {
        const auto match = matches.next();
        if (!sum)
            sum = TestResult{u"cargo"_s, 0, 0, 0};
        sum->passed += match.captured(1).toInt();
        sum->failed += match.captured(2).toInt();
        sum->skipped += match.captured(3).toInt();
    }
    return sum;
}

std::optional<TestResult> jest(const QString& text)
{
    static const QRegularExpression summary(u"^\\s*Tests:?\\s+((?:\\d+ (?:failed|skipped|todo|passed|total)[,| ]*)+)"_s,
                                            QRegularExpression::MultilineOption);
    const auto end = lastMatch(summary, text);
    if (!end.hasMatch())
        return std::nullopt;
    const auto line = end.captured(1);
    return TestResult{u"jest"_s, countBefore(line, u"passed"_s), countBefore(line, u"failed"_s),
                      countBefore(line, u"skipped"_s)};
}

} // namespace

std::optional<TestResult> parseTestResult(const QByteArray& output)
{
    static const QRegularExpression escapes(u"\x1b\\[[0-9;]*m"_s);
    const auto text = QString::fromUtf8(output).remove(escapes);
    for (const auto& parse : {unittest, pytest, ctest, cargo, jest}) {
        if (auto result = parse(text))
            return result;
    }
    return std::nullopt;
}

} // namespace switchyard::runner
