#include "base/result.h"
#include "runner/test_results.h"

#include <QTest>

using namespace switchyard;
using runner::parseTestResult;
using runner::TestResult;

class TestTestResults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void summaries_data()
    {
        QTest::addColumn<QByteArray>("output");
        QTest::addColumn<QString>("runner");
        QTest::addColumn<int>("passed");
        QTest::addColumn<int>("failed");
        QTest::addColumn<int>("skipped");
        QTest::newRow("unittest, failed")
            << QByteArray("test_a ... FAIL\n\nRan 12 tests in 0.003s\n\nFAILED (failures=1, errors=1, skipped=2)\n")
            << "unittest" << 8 << 2 << 2;
        QTest::newRow("unittest, passed") << QByteArray("Ran 4 tests in 0.001s\n\nOK\n") << "unittest" << 4 << 0 << 0;
        QTest::newRow("pytest -q") << QByteArray("..F\n1 failed, 3 passed in 0.12s\n") << "pytest" << 3 << 1 << 0;
        QTest::newRow("pytest, with colours")
            << QByteArray("\x1b[32m===== \x1b[1m12 passed\x1b[0m, 1 skipped in 1.20s =====\x1b[0m\n") << "pytest" << 12
            << 0 << 1;
        QTest::newRow("pytest, two runs: the last counts")
            << QByteArray("2 failed in 0.1s\n5 passed in 0.2s\n") << "pytest" << 5 << 0 << 0;
        QTest::newRow("ctest") << QByteArray("75% tests passed, 1 tests failed out of 4\n") << "ctest" << 3 << 1 << 0;
        QTest::newRow("cargo, summed") << QByteArray("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\ntest "
                                                     "result: FAILED. 2 passed; 1 failed; 0 ignored;\n")
                                       << "cargo" << 5 << 1 << 1;
        QTest::newRow("jest") << QByteArray("Tests:       1 failed, 2 skipped, 9 passed, 12 total\n") << "jest" << 9
                              << 1 << 2;
    }
    void summaries()
    {
        QFETCH(QByteArray, output);
        const auto result = parseTestResult(output);
        QVERIFY(result);
        QTEST(result->runner, "runner");
        QTEST(result->passed, "passed");
        QTEST(result->failed, "failed");
        QTEST(result->skipped, "skipped");
    }
    void otherOutputHasNone()
    {
        QVERIFY(!parseTestResult("Hello\n5 files changed\n"));
        QVERIFY(!parseTestResult(QByteArray("\xff\xfe\x00Ran", 6)));
    }
};

QTEST_GUILESS_MAIN(TestTestResults)
#include "tst_test_results.moc"
