#pragma once

#include <QString>

class QLabel;
class QVBoxLayout;
class QWidget;

namespace switchyard::ui {

//! What the pages of the settings share.

//! A column with the margins of a page.
QVBoxLayout* pageColumn(QWidget* page);
//! An explaining sentence or two.
QLabel* explanation(const QString& text, QWidget* parent);
//! Puts words into the note of a page, in the colour of an error if they are one; without any it is hidden.
void say(QLabel* note, const QString& text, bool isError);
//! "1.5 GiB", "212 MiB".
QString sizeText(qint64 bytes);

} // namespace switchyard::ui
