#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace switchyard::runner {

struct TestResult {
    QString runner; //!< "pytest", "unittest", "ctest"…
    int passed = 0, failed = 0, skipped = 0;
    bool operator==(const TestResult&) const = default;
};

//! Reads the closing summary of a test run out of the end of its output. Nothing if it has none that we know.
std::optional<TestResult> parseTestResult(const QByteArray& output);

} // namespace switchyard::runner
