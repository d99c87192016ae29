#pragma once

#include "ui/log/matcher.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace switchyard::ui {

//! The row above a log to search it: field, case and expression switches, count, previous, next, filter.
class SearchBar : public QWidget
{
    Q_OBJECT
public:
    explicit SearchBar(QWidget* parent = nullptr);

    SearchPattern pattern() const;
    void setText(const QString& text);
    void begin();                                               //!< shows the bar and selects its text
    void showCount(qint64 number, qint64 total, bool complete); //!< number 0: not known
    void showNothing();
    void showProblem(const QString& problem);
    void clearCount();
    bool isFiltering() const;
    void setFiltering(bool filtering);

Q_SIGNALS:
    void patternChanged(); //!< a moment after the last key
    void nextAsked();
    void previousAsked();
    void filterToggled(bool filtering);
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QToolButton* addButton(const QString& name, const QString& text, const QString& tip, bool checkable);
    void setNote(const QString& text, bool bad);
    void colorNote();

    QLineEdit* m_field;
    QLabel* m_count;
    QToolButton *m_case, *m_regex, *m_previous, *m_next, *m_filter, *m_close;
    QTimer m_pause;
    bool m_bad = false;
};

} // namespace switchyard::ui
